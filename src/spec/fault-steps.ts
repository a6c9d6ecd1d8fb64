import { failure, type Result, success } from '../base/result.ts';
import type { WrittenStep } from './faults-schema.ts';
import { listed } from './nearest.ts';
import type { StoredStep } from './stored-fault.ts';

type Verb = NonNullable<WrittenStep['does']>;

interface Shape {
  readonly key: 'command' | 'service' | 'from' | 'network' | 'host';
  readonly needs: readonly (keyof WrittenStep)[];
  readonly may: readonly (keyof WrittenStep)[];
  readonly verbs: readonly Verb[];
  readonly example: string;
}

const serviceVerbs = ['kill', 'hang', 'resume', 'stop', 'start'] as const;
const machineVerbs = ['power-off', 'power-on', 'link-down', 'link-up'] as const;

/** The shapes a step can have; the first whose key is there is the one that is meant. */
const shapes: readonly Shape[] = [
  {
    key: 'command',
    needs: ['host'],
    may: [],
    verbs: [],
    example: '{ host: lb1, command: [systemctl, reload, nginx] }',
  },
  {
    key: 'service',
    needs: ['host', 'does'],
    may: [],
    verbs: serviceVerbs,
    example: '{ host: lb1, service: nginx, does: kill }',
  },
  {
    key: 'from',
    needs: ['to', 'does'],
    may: ['direction'],
    verbs: ['cut', 'join'],
    example: '{ from: lb1, to: lb2, does: cut }',
  },
  { key: 'network', needs: ['does'], may: [], verbs: ['down', 'up'], example: '{ network: lan, does: down }' },
  { key: 'host', needs: ['does'], may: [], verbs: machineVerbs, example: '{ host: lb1, does: power-off }' },
];

/** What is wrong with a step: the key it is about, and how it is written. */
export interface StepMistake {
  readonly key: keyof WrittenStep | undefined;
  readonly message: string;
  readonly fix: string;
}

/** Reads a step; the failure says which keys do not go together. */
export function readStep(step: WrittenStep): Result<StoredStep, StepMistake> {
  const shape = shapes.find(({ key }) => step[key] !== undefined);
  if (shape === undefined) {
    const examples = shapes.map(({ example }) => `\`${example}\``);
    return failure({ key: undefined, message: 'the step says nothing', fix: `write one of ${examples.join(', ')}` });
  }
  const { key, needs, may, verbs, example } = shape;
  const fix = `write for example \`${example}\``;
  const stray = keysOf(step).find((other) => other !== key && !needs.includes(other) && !may.includes(other));
  if (stray !== undefined) {
    return failure({ key: stray, message: `\`${stray}\` does not go with \`${key}\``, fix });
  }
  const lacking = needs.find((need) => step[need] === undefined);
  if (lacking !== undefined) return failure({ key: undefined, message: `the step has no \`${lacking}\``, fix });
  if (step.does !== undefined && !verbs.includes(step.does)) {
    const message = `\`${step.does}\` can't be done with \`${key}\``;
    return failure({ key: 'does', message, fix: `write one of ${listed(verbs)}` });
  }
  if (key === 'from' && step.from === step.to) {
    return failure({ key: 'to', message: `\`${step.to}\` can't be cut off from itself`, fix: 'name two hosts' });
  }
  return success(make(key, step));
}

function keysOf(step: WrittenStep): readonly (keyof WrittenStep)[] {
  const all: readonly (keyof WrittenStep)[] = [
    'host',
    'service',
    'command',
    'from',
    'to',
    'direction',
    'network',
    'does',
  ];
  return all.filter((key) => step[key] !== undefined);
}

/** The step of a shape whose keys are all there and fit. */
function make(key: Shape['key'], step: WrittenStep): StoredStep {
  const { host = '', service, command, from = '', to = '', direction = 'two-way', network = '', does } = step;
  switch (key) {
    case 'command': {
      const [program = '', ...words] = command ?? [];
      return { kind: 'command', host, argv: [program, ...words] };
    }
    case 'service': {
      const verb = serviceVerbs.find((known) => known === does);
      if (verb !== undefined && service !== undefined) return { kind: 'service', host, service, does: verb };
      break;
    }
    case 'from':
      return { kind: 'partition', from, to, direction, does: does === 'cut' ? 'cut' : 'join' };
    case 'network':
      return { kind: 'gateway', network, does: does === 'down' ? 'down' : 'up' };
    case 'host': {
      const verb = machineVerbs.find((known) => known === does);
      if (verb !== undefined) return { kind: 'machine', host, does: verb };
      break;
    }
  }
  throw new Error(`a step that was not checked: ${JSON.stringify(step)}`);
}

const opposites: ReadonlyMap<Verb, Verb> = new Map([
  ['kill', 'start'],
  ['stop', 'start'],
  ['hang', 'resume'],
  ['power-off', 'power-on'],
  ['link-down', 'link-up'],
  ['cut', 'join'],
  ['down', 'up'],
]);

/** The step that takes this one back; undefined when it breaks nothing, or is a command. */
export function opposite(step: WrittenStep): WrittenStep | undefined {
  const does = step.does === undefined ? undefined : opposites.get(step.does);
  return does === undefined ? undefined : { ...step, does };
}
