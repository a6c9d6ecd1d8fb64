import { failure, type Result, success } from '../base/result.ts';
import { labFault, labHeal } from '../lab/cause-fault.ts';
import { labName } from '../lab/definition.ts';
import { type LabFault, type LabService, serviceUnits } from '../lab/lab-fault.ts';
import { assertLabRunning, type LabStatus } from '../lab/lab-status.ts';
import type { CliContext } from './context.ts';
import { loadEdge } from './edge-file.ts';

/** What the flags of `lab fault` say beside its words. */
export interface FaultOptions {
  readonly file: string;
  readonly suffix?: string;
  readonly all: boolean;
  readonly oneWay: boolean;
}

const usage = [
  'usage: evenkeel lab fault KIND ...',
  '  kill|hang|resume|stop|start MACHINE nginx|keepalived|pdns|sshd',
  '  power-off|power-on|link-down|link-up MACHINE',
  '  partition MACHINE MACHINE [--one-way]',
  '  heal',
].join('\n');

/** Causes the fault that the words name; the success says what was done, the failure how to say it right. */
export async function causeFaultByWords(
  context: CliContext,
  options: FaultOptions,
  words: readonly string[],
): Promise<Result<string, string>> {
  const { model } = await loadEdge(context, options.file);
  const status = await assertLabRunning(labName(model.name, options.suffix));
  if (words.length === 1 && words[0] === 'heal') {
    await labHeal(status.name, context.emit, context.signal);
    return success('everything is healed');
  }
  const fault = readFault(words, { status, options });
  if (!fault.ok) return fault;
  await labFault(status.name, fault.value);
  return success(`done: ${words.join(' ')}`);
}

/** Reads the words of a fault against the machines there are. */
function readFault(
  words: readonly string[],
  { status, options }: { readonly status: LabStatus; readonly options: FaultOptions },
): Result<LabFault, string> {
  const [kind = '', machine = '', third] = words;
  const machines = status.hosts.map((host) => host.name);
  if (machine !== '' && !machines.includes(machine)) {
    return failure(`there is no machine named ${machine}; there are ${machines.join(', ')}`);
  }
  if (machine === '' || words.length > 3) return failure(usage);
  switch (kind) {
    case 'power-off':
    case 'power-on':
    case 'link-down':
    case 'link-up':
      return third === undefined ? success({ kind, machine }) : failure(usage);
    case 'partition':
      if (third === undefined || third === machine || !machines.includes(third)) return failure(usage);
      return success({ kind, from: machine, to: third, direction: options.oneWay ? 'one-way' : 'two-way' });
    case 'kill': {
      const service = readService(third);
      if (service === undefined) return failure(usage);
      return success({ kind, machine, service, processes: options.all ? 'all' : 'main' });
    }
    case 'hang':
    case 'resume':
    case 'stop':
    case 'start': {
      const service = readService(third);
      return service === undefined ? failure(usage) : success({ kind, machine, service });
    }
    default:
      return failure(usage);
  }
}

const services: readonly LabService[] = ['nginx', 'keepalived', 'pdns', 'sshd'];

function readService(word: string | undefined): LabService | undefined {
  return services.find((service) => service === word || serviceUnits[service] === word);
}
