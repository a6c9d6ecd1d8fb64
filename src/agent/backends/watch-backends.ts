import type { AgentPool } from '../../model/agent-config.ts';
import { checkBeatMs, checkJitter } from '../../model/check-seen.ts';
import { judgeResult, unknownHealth } from './backend-health.ts';
import type { BackendHealth } from './backend-health.ts';
import { backendView } from './backend-view.ts';
import type { BackendView } from './backend-view.ts';
import type { CheckResult } from './check-result.ts';
import { checkTargets } from './check-target.ts';
import type { CheckTarget } from './check-target.ts';

/** What a watch needs. */
export interface WatchOptions {
  readonly pools: readonly AgentPool[];
  /** What was believed before, by `CheckTarget.key`; everything else starts unknown. */
  readonly saved: ReadonlyMap<string, BackendHealth>;
  /** Asks once and never rejects: `checkBackend`. */
  readonly check: (target: CheckTarget, signal: AbortSignal) => Promise<CheckResult>;
  /** From 0 up to 1, as Math.random: spreads the checks, so that balancers and backends do not beat in step. */
  readonly random: () => number;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Called with all views after a state changed; several changes of one moment are one call. */
  readonly onChange: (views: readonly BackendView[]) => void;
}

/** A watch that runs. */
export interface BackendWatch {
  /** What is believed now, in the order of the pools and their backends. */
  readonly views: () => readonly BackendView[];
  /** The same by `CheckTarget.key`, to be kept. */
  readonly healths: () => ReadonlyMap<string, BackendHealth>;
  /** Resolves when the watch has ended and every check is closed. */
  readonly ended: Promise<void>;
}

/** A target and what is known about it. */
interface Watched {
  readonly target: CheckTarget;
  health: BackendHealth;
  timer: NodeJS.Timeout | undefined;
  asking: boolean;
}

/** All backends are asked for the first time within this. */
const firstRoundMs = 1000;
/** A backend that answers slower than its interval still gets a pause. */
const shortestPauseMs = 50;

/** Asks every backend again and again, each at most once at a time. Every wait is on the monotonic clock. */
export function watchBackends(options: WatchOptions): BackendWatch {
  const { signal, random } = options;
  const watched = checkTargets(options.pools).map((target): Watched => ({
    target,
    health: options.saved.get(target.key) ?? unknownHealth(Date.now()),
    timer: undefined,
    asking: false,
  }));
  const { promise: ended, resolve: end } = Promise.withResolvers<undefined>();
  const views = (): readonly BackendView[] => viewsOf(options.pools, watched);
  let told: NodeJS.Immediate | undefined;

  const ask = async (one: Watched): Promise<void> => {
    const startMs = performance.now();
    one.asking = true;
    const result = await options.check(one.target, signal);
    one.asking = false;
    if (signal.aborted) {
      endWhenIdle();
      return;
    }
    const before = one.health.state;
    const { rise, fall, intervalMs } = one.target.check;
    const nowMs = performance.now();
    one.health = judgeResult(one.health, result, { nowMs, wallMs: Date.now(), rise, fall });
    if (one.health.state !== before) tell();
    wait(one, Math.max(shortestPauseMs, intervalMs * (1 + checkJitter * (2 * random() - 1)) - (nowMs - startMs)));
  };
  const wait = (one: Watched, ms: number): void => {
    const nowMs = performance.now();
    const beat = Math.max(nowMs, Math.round((nowMs + ms) / checkBeatMs) * checkBeatMs);
    one.timer = setTimeout(() => void ask(one), beat - nowMs);
  };
  const tell = (): void => {
    told ??= setImmediate(() => {
      told = undefined;
      if (!signal.aborted) options.onChange(views());
    });
  };
  const endWhenIdle = (): void => {
    if (!watched.some(({ asking }) => asking)) end(undefined);
  };
  const stop = (): void => {
    for (const { timer } of watched) clearTimeout(timer);
    endWhenIdle();
  };

  if (signal.aborted) stop();
  else {
    signal.addEventListener('abort', stop, { once: true });
    for (const one of watched) wait(one, random() * Math.min(firstRoundMs, one.target.check.intervalMs));
  }
  return {
    views,
    healths: () => new Map(watched.map(({ target, health }) => [target.key, health])),
    ended,
  };
}

function viewsOf(pools: readonly AgentPool[], watched: readonly Watched[]): readonly BackendView[] {
  const found = new Map(
    watched.flatMap(({ target, health }) =>
      target.uses.map((place) => [`${place.pool} ${place.backend}`, backendView(place, health)] as const),
    ),
  );
  return pools.flatMap((pool) => pool.backends.flatMap((backend) => found.get(`${pool.name} ${backend.name}`) ?? []));
}
