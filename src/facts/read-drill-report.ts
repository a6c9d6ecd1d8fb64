import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { failureKinds } from './drill-records.ts';
import type {
  ConnectionResult,
  DrillMachine,
  DrillMoments,
  DrillReport,
  DrillTimeline,
  FaultResult,
  Jitter,
  StreamDescription,
  StreamResult,
} from './drill-report.ts';
import { isObject, parseJson } from './fields.ts';

/**
 * Reads a drill's report from the JSON that `drill run --json` prints or the history keeps. The failure says what is
 * wrong with it, and where: `faults[3].promiseMs is no number`.
 */
export function readDrillReport(text: string): Result<DrillReport, string> {
  const value = parseJson(text);
  if (value === undefined) return failure('it is no JSON');
  if (isReport(value)) return success(value);
  return failure(report(value, '') ?? 'it is no report of a drill');
}

function isReport(value: unknown): value is DrillReport {
  return report(value, '') === undefined;
}

/** What is wrong with a value that stands at a path; undefined when it is right. */
type Check = (value: unknown, path: string) => string | undefined;

const number: Check = (value, path) =>
  typeof value === 'number' && Number.isFinite(value) ? undefined : `${path} is no number`;
const text: Check = (value, path) => (typeof value === 'string' ? undefined : `${path} is no text`);
const flag: Check = (value, path) => (typeof value === 'boolean' ? undefined : `${path} is neither true nor false`);
const orNull =
  (check: Check): Check =>
  (value, path) =>
    value === null ? undefined : check(value, path);
const oneOf =
  (...values: readonly (string | number)[]): Check =>
  (value, path) =>
    values.some((each) => each === value) ? undefined : `${path} is none of ${values.join(', ')}`;

function list(check: Check): Check {
  return (value, path) => {
    if (!Array.isArray(value)) return `${path} is no list`;
    for (const [index, each] of value.entries()) {
      const wrong = check(each, `${path}[${index}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

function tuple(...checks: readonly Check[]): Check {
  return (value, path) => {
    if (!Array.isArray(value) || value.length !== checks.length) return `${path} is no list of ${checks.length}`;
    for (const [index, check] of checks.entries()) {
      const wrong = check(value[index], `${path}[${index}]`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

/** Keys that are not named are left alone: a later version may have more. */
function object(checks: Readonly<Record<string, Check>>): Check {
  return (value, path) => {
    if (!isObject(value)) return `${path === '' ? 'it' : path} is no object`;
    for (const [key, check] of Object.entries(checks)) {
      const wrong = check(value[key], path === '' ? key : `${path}.${key}`);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}

type ChecksOf<T> = Readonly<Record<keyof T, Check>>;

const failedBy: Check = (value, path) => {
  if (!isObject(value)) return `${path} is no object`;
  for (const [kind, count] of Object.entries(value)) {
    const wrong = oneOf(...failureKinds)(kind, `a key of ${path}`) ?? number(count, `${path}.${kind}`);
    if (wrong !== undefined) return wrong;
  }
  return undefined;
};

const verdict = oneOf('kept', 'broken', 'not-judged', 'not-run');
const result = oneOf('whole', 'broken', 'corrupt');
const moment = object({ from: number, to: number });

const machine = object({
  cpus: number,
  cpu: text,
  memoryMib: number,
  kernel: text,
  node: text,
  evenkeel: text,
  daemons: list(text),
} satisfies ChecksOf<DrillMachine>);

const stream = object({
  id: text,
  requests: number,
  failed: number,
  failedBy,
  longestGapMs: number,
  gapStart: number,
  baselineGapMs: number,
  promiseMs: orNull(number),
} satisfies ChecksOf<StreamResult>);

const timeline = object({
  servers: list(text),
  requests: list(object({ stream: text, points: list(tuple(number, number, oneOf(0, 1), number)) })),
  connections: list(object({ stream: text, from: number, to: number, result })),
  holders: list(
    object({
      vip: text,
      seen: oneOf('hosts', 'neighbours'),
      changes: list(object({ at: number, holders: list(text) })),
    }),
  ),
  answers: list(object({ nameserver: text, name: text, changes: list(object({ at: number, addresses: list(text) })) })),
  backends: list(object({ balancer: text, backend: text, changes: list(object({ at: number, up: flag })) })),
} satisfies ChecksOf<DrillTimeline>);

const fault = object({
  name: text,
  title: text,
  verdict,
  reasons: list(text),
  requests: number,
  failed: number,
  failedBy,
  longestGapMs: number,
  brokenConnections: number,
  promiseMs: orNull(number),
  promiseTerms: list(object({ what: text, ms: number })),
  streams: list(stream),
  connections: list(
    object({ id: text, opened: number, broken: number, corrupted: number } satisfies ChecksOf<ConnectionResult>),
  ),
  wholeAfterFaultMs: orNull(number),
  wholeAfterHealMs: orNull(number),
  jitter: object({ p99Ms: number, worstMs: number } satisfies ChecksOf<Jitter>),
  moments: object({ begin: number, fault: moment, heal: orNull(moment), end: number } satisfies ChecksOf<DrillMoments>),
  timeline,
} satisfies ChecksOf<FaultResult>);

const report = object({
  version: oneOf(1),
  edge: text,
  place: oneOf('lab', 'real'),
  profile: oneOf('evenkeel', 'reference'),
  startedAt: text,
  endedAt: text,
  machine,
  load: list(object({ id: text, title: text } satisfies ChecksOf<StreamDescription>)),
  faults: list(fault),
  verdict,
} satisfies ChecksOf<DrillReport>);
