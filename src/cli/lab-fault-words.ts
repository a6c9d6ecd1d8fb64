import { failure, type Result, success } from '../base/result.ts';
import { labFault, labHeal } from '../lab/cause-fault.ts';
import { labName } from '../lab/definition.ts';
import { type LabFault, type LabService, serviceUnits } from '../lab/lab-fault.ts';
import { assertLabRunning, type LabStatus } from '../lab/lab-status.ts';
import { nearest } from '../spec/nearest.ts';
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
  '  kill|hang|resume|stop|start MACHINE nginx|keepalived|pdns|sshd|agent',
  '  power-off|power-on|link-down|link-up MACHINE',
  '  partition|join MACHINE MACHINE [--one-way]',
  '  gateway-down|gateway-up NETWORK',
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
  const networks = model.networks.map((network) => network.name);
  const fault = readFault(words, { status, networks, options });
  if (!fault.ok) return fault;
  await labFault(status.name, fault.value);
  return success(`done: ${words.join(' ')}`);
}

/** What the words of a fault are read against. */
export interface FaultWorld {
  readonly status: LabStatus;
  /** Names of the edge's networks. */
  readonly networks: readonly string[];
  readonly options: FaultOptions;
}

/** Reads the words of a fault against the machines and networks there are. */
export function readFault(
  words: readonly string[],
  { status, networks, options }: FaultWorld,
): Result<LabFault, string> {
  const [kind = '', machine = '', third = ''] = words;
  const shape = kinds.get(kind);
  if (shape === undefined) return wrong(`there is no fault named ${kind}`, [...kinds.keys(), 'heal'], kind);
  const machines = status.hosts.map((host) => host.name);
  if (shape.kind === 'network') return readRouterFault(words, { fault: shape.fault, networks });
  if (machine === '') return failure(`${kind} needs a machine; there are ${machines.join(', ')}\n${usage}`);
  if (!machines.includes(machine)) return wrong(`there is no machine named ${machine}`, machines, machine);
  if (words.length > (shape.kind === 'machine' ? 2 : 3)) return failure(`too many words\n${usage}`);
  switch (shape.kind) {
    case 'machine':
      return success({ kind: shape.fault, machine });
    case 'two-machines':
      if (third === '') return failure(`${kind} needs a second machine; there are ${machines.join(', ')}\n${usage}`);
      if (!machines.includes(third)) return wrong(`there is no machine named ${third}`, machines, third);
      if (third === machine) return failure(`${machine} can't be cut off from itself; name two machines`);
      return success({
        kind: shape.fault,
        from: machine,
        to: third,
        direction: options.oneWay ? 'one-way' : 'two-way',
      });
    case 'service': {
      if (third === '') return failure(`${kind} needs a service: ${services.join(', ')}\n${usage}`);
      const service = readService(third);
      if (service === undefined) return wrong(`there is no service named ${third}`, services, third);
      return shape.fault === 'kill'
        ? success({ kind: 'kill', machine, service, processes: options.all ? 'all' : 'main' })
        : success({ kind: shape.fault, machine, service });
    }
  }
}

function readRouterFault(
  words: readonly string[],
  { fault, networks }: { readonly fault: 'gateway-down' | 'gateway-up'; readonly networks: readonly string[] },
): Result<LabFault, string> {
  const [, network = ''] = words;
  if (network === '') return failure(`${fault} needs a network; there are ${networks.join(', ')}\n${usage}`);
  if (words.length > 2) return failure(`too many words\n${usage}`);
  if (!networks.includes(network)) return wrong(`there is no network named ${network}`, networks, network);
  return success({ kind: fault, network });
}

type FaultShape =
  | { readonly kind: 'machine'; readonly fault: 'power-off' | 'power-on' | 'link-down' | 'link-up' }
  | { readonly kind: 'service'; readonly fault: 'kill' | 'hang' | 'resume' | 'stop' | 'start' }
  | { readonly kind: 'two-machines'; readonly fault: 'partition' | 'join' }
  | { readonly kind: 'network'; readonly fault: 'gateway-down' | 'gateway-up' };

/** What follows each kind of fault. */
const kinds: ReadonlyMap<string, FaultShape> = new Map([
  ...(['kill', 'hang', 'resume', 'stop', 'start'] as const).map((fault): [string, FaultShape] => [
    fault,
    { kind: 'service', fault },
  ]),
  ...(['power-off', 'power-on', 'link-down', 'link-up'] as const).map((fault): [string, FaultShape] => [
    fault,
    { kind: 'machine', fault },
  ]),
  ...(['partition', 'join'] as const).map((fault): [string, FaultShape] => [fault, { kind: 'two-machines', fault }]),
  ...(['gateway-down', 'gateway-up'] as const).map((fault): [string, FaultShape] => [
    fault,
    { kind: 'network', fault },
  ]),
]);

const services: readonly LabService[] = ['nginx', 'keepalived', 'pdns', 'sshd', 'agent'];

function readService(word: string): LabService | undefined {
  return services.find((service) => service === word || serviceUnits[service] === word);
}

/** What is wrong, what there is, and the nearest of it. */
function wrong(what: string, known: readonly string[], word: string): Result<LabFault, string> {
  const near = nearest(word, known);
  return failure(`${what}; ${near === undefined ? '' : `did you mean ${near}? `}there are ${known.join(', ')}`);
}
