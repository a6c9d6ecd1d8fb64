import { Fault } from '../base/fault.ts';
import type { FaultResult } from '../facts/drill-report.ts';
import type { Model } from '../model/model.ts';
import type { Outage } from '../proof/promise.ts';
import type { Moment } from './causer.ts';
import type { DrillFault } from './drill-fault.ts';
import type { Allowance, DrillOptions } from './drill-options.ts';
import type { FaultWatch } from './fault-watch.ts';
import { causeFault, healFault } from './cause-and-heal.ts';
import { faultResult, notRun } from './fault-result.ts';
import { type HolderWish, wishesOf } from './holder-check.ts';
import { milliseconds } from './drill-words.ts';
import { jitterWithin } from './jitter.ts';
import { type LoadSession, openSession, waitWhole, type WholeEnd } from './load-session.ts';
import { outageWithin } from './measure-streams.ts';
import { type DrillPromise, wholePromise } from './stream-promise.ts';
import { drillNow, pause } from './wait-until.ts';

/** How one fault's turn ended. */
export type FaultEnd =
  /** On to the next. */
  | { readonly kind: 'measured'; readonly result: FaultResult }
  /** Nothing was caused: the edge was not whole before. Sentences. */
  | { readonly kind: 'unhealthy'; readonly missing: readonly string[] }
  /** The drill can't go on, for this reason; `failure` is what the command ends with. */
  | {
      readonly kind: 'stopped';
      readonly result: FaultResult;
      readonly why: string;
      readonly failure: Fault | undefined;
    };

/** All must succeed for so long before anything is caused. Milliseconds, as all below. */
const baselineMs = 1500;
/** How long that is waited for: the load has just begun, and the fault before was healed a moment ago. */
const baselineWithinMs = 15_000;
/** Everything has settled when nothing fails any more for so long. */
const settledMs = 1000;
/** A fault lasts at least so long, so that its consequences are seen. */
const shortestMs = 2000;
/** A fault that lasts until it is repaired is watched for so long. Milliseconds. */
export const untilRepairedMs = 5000;
const wholeAgainWithinMs = 90_000;
const tailMs = 500;
/** A probe that is later than this can't keep its schedule. */
const overloadedMs = 250;

/**
 * Runs the load, causes one fault, watches until everything has settled or long enough, heals it, and waits until the
 * edge is as before. Throws only what can't be measured at all: the load did not start.
 */
export async function measureFault(
  options: DrillOptions,
  fault: DrillFault,
  { step, allowance }: { readonly step: string; readonly allowance: Allowance },
): Promise<FaultEnd> {
  const { ground, model, emit, signal } = options;
  const promise = options.promiseOf(fault);
  const tell = (note: string): void =>
    emit({
      code: 'task-progress',
      level: 'progress',
      data: { task: fault.name, note: `${step} ${fault.name}: ${note}` },
    });

  const possible = await ground.causer.canCause(fault);
  if (!possible.ok) return { kind: 'measured', result: notRun(fault, promise, [possible.error]) };
  tell('load starts');
  const session = await openSession(ground);
  try {
    tell('nothing is wrong yet');
    const before = await waitWhole(session, {
      holders: homeOf(model),
      forMs: baselineMs,
      notBefore: session.begin,
      until: drillNow() + baselineWithinMs,
      signal,
    });
    if (signal.aborted) return interrupted(notRun(fault, promise, ['interrupted before it was caused']));
    if (!before.whole) return { kind: 'unhealthy', missing: await whatIsWrong(options, { fault, session, before }) };
    tell(fault.title);
    const caused = await causeFault(ground.causer, fault);
    if (caused.kind === 'refused') return refused(notRun(fault, promise, caused.reasons), caused.failure);
    const { moment } = caused;
    const watched = await observeFault(options, { fault, session, promise, caused: moment, allowance }).catch(
      async (error: unknown) => {
        if (error instanceof Fault) return error;
        await healFault(ground.causer, fault);
        throw error;
      },
    );
    const strays = watched instanceof Fault ? [] : watched;
    tell('healing');
    const healed = await healFault(ground.causer, fault);
    const lost = await revive(options, strays);
    tell('waiting until all is as before');
    const after = await waitAfter(options, { session, healed, caused: moment });
    await pause(tailMs);
    const end = drillNow();
    const troubles = [healed, watched, faultOf(session.failure() ?? (await stopQuietly(session)))];
    const failure = troubles.find((trouble) => trouble instanceof Fault);
    const watch: FaultWatch = {
      begin: before.from,
      fault: moment,
      heal: healed instanceof Fault ? undefined : healed,
      end,
      records: session.records,
    };
    if (healed instanceof Fault) {
      const missing = [healed.message];
      const result = faultResult({ ...parts(options, fault), watch, missing, disturbances: [] });
      return { kind: 'stopped', result, why: healed.message, failure };
    }
    const disturbances = [
      ...strays.map((name) => `the machine ${name} went off, and no fault of this drill turned it off`),
      ...lost,
      ...(signal.aborted ? ['interrupted'] : []),
      ...(failure === undefined ? [] : [failure.message]),
    ];
    const result = faultResult({ ...parts(options, fault), watch, missing: after.missing, disturbances });
    const [why] = disturbances;
    return why === undefined ? { kind: 'measured', result } : { kind: 'stopped', result, why, failure };
  } finally {
    await stopQuietly(session);
  }
}

/** What every result of this fault is made from. */
function parts({ model, ground, promiseOf }: DrillOptions, fault: DrillFault) {
  return { model, fault, promise: promiseOf(fault), streams: ground.order.streams };
}

/** Every VIP on its preferred balancer. */
function homeOf(model: Model): readonly HolderWish[] {
  return model.vips.map(({ name, preferred }) => ({ vip: name, holders: [preferred], working: [preferred] }));
}

interface Baseline {
  readonly fault: DrillFault;
  readonly session: LoadSession;
  readonly before: WholeEnd;
}

/** Why nothing may be caused: machines that are off come first, as they explain the rest. */
async function whatIsWrong({ ground }: DrillOptions, { fault, session, before }: Baseline): Promise<readonly string[]> {
  throwFailure(session);
  const off = await ground.strays(fault);
  const { worstMs } = jitterWithin(session.records, { from: before.from, to: drillNow() });
  const slow = `the load probe itself is up to ${milliseconds(worstMs)} late: this computer has too much to do`;
  return [
    ...off.map((name) => `the machine ${name} is off`),
    ...before.missing,
    ...(worstMs > overloadedMs ? [slow] : []),
  ];
}

/** Turns on what went off by itself. What stays off is said, as sentences. */
async function revive({ ground }: DrillOptions, strays: readonly string[]): Promise<readonly string[]> {
  if (strays.length === 0) return [];
  try {
    await ground.revive(strays);
    return [];
  } catch (error) {
    if (error instanceof Fault) return [`it could not be turned on again: ${error.message}`];
    throw error;
  }
}

/** `failure`: what was begun could not be taken back. */
function refused(result: FaultResult, failure: Fault | undefined): FaultEnd {
  return failure === undefined
    ? { kind: 'measured', result }
    : { kind: 'stopped', result, why: failure.message, failure };
}

interface Observation {
  readonly fault: DrillFault;
  readonly session: LoadSession;
  readonly promise: DrillPromise;
  readonly caused: Moment;
  readonly allowance: Allowance;
}

/** Watches until holders are those of the proof and nothing fails any more, or for as long as is reasonable. Returns what went off. */
async function observeFault(
  { ground, model, signal }: DrillOptions,
  { fault, session, promise, caused, allowance }: Observation,
): Promise<readonly string[]> {
  const outage = wholePromise(promise);
  let strays: readonly string[] = [];
  const enough = async (): Promise<boolean> => {
    strays = await ground.strays(fault);
    const { outageMs } = allowance;
    if (strays.length > 0 || outageMs === undefined) return strays.length > 0;
    // More than was allowed: healing comes before watching.
    return outageWithin(session.records, { from: caused.from, to: drillNow() }) > outageMs;
  };
  const { lastsMs = 0 } = fault;
  const until = caused.to + Math.max(lastsMs + settledMs, observeMs(outage, model.advertMs));
  await waitWhole(session, {
    holders: promise.kind === 'proof' ? wishesOf(model, promise.outcome) : [],
    // What lasts until it is repaired may look whole for a while.
    forMs: outage.kind === 'until-repaired' ? untilRepairedMs : settledMs,
    notBefore: caused.to + Math.max(lastsMs, outage.kind === 'until-repaired' ? 0 : shortestMs - settledMs),
    until,
    enough,
    signal,
  });
  if (strays.length === 0) await enough();
  return strays;
}

/**
 * How long a fault is watched at most. A backup that hears nothing takes a VIP within four adverts (RFC 9568, section
 * 6.1), also where no client notices: two holders show themselves later than they cost anything.
 */
function observeMs(outage: Outage, advertMs: number): number {
  const settlingMs = Math.max(3000, 4 * advertMs + 2 * settledMs);
  switch (outage.kind) {
    case 'until-repaired':
      return Math.max(untilRepairedMs, settlingMs);
    case 'none':
      return settlingMs;
    case 'bounded':
      return Math.max(settlingMs, Math.min(15_000, 3 * outage.ms));
  }
}

async function waitAfter(
  { model, signal }: DrillOptions,
  {
    session,
    healed,
    caused,
  }: { readonly session: LoadSession; readonly healed: Moment | Fault; readonly caused: Moment },
): Promise<WholeEnd> {
  const now = drillNow();
  if (healed instanceof Fault) return { whole: false, missing: [], from: now };
  return waitWhole(session, {
    holders: homeOf(model),
    forMs: settledMs,
    notBefore: healed.from,
    until: now + wholeAgainWithinMs,
    sameAs: caused.from,
    signal,
  });
}

function interrupted(result: FaultResult): FaultEnd {
  return { kind: 'stopped', result, why: 'interrupted', failure: undefined };
}

/** A load that ended by itself before anything was caused can't be measured with. */
function throwFailure(session: LoadSession): void {
  const failure = session.failure();
  if (failure !== undefined) throw failure;
}

function faultOf(error: unknown): Fault | undefined {
  if (error === undefined || error instanceof Fault) return error;
  throw error;
}

/** Ends the session; what its end threw is returned, as it must not hide what came before. */
async function stopQuietly(session: LoadSession): Promise<unknown> {
  return session.stop().then(
    () => undefined,
    (error: unknown) => error,
  );
}
