import type { AgentPool } from '../../model/agent-config.ts';
import type { BackendView } from './backend-view.ts';
import { checkBackend } from './check-backend.ts';
import { readHealthState } from './health-state-file.ts';
import { keepHealth } from './keep-health.ts';
import type { HealthKeeper } from './keep-health.ts';
import { keptConnections } from './kept-connections.ts';
import { watchBackends } from './watch-backends.ts';
import type { BackendWatch } from './watch-backends.ts';

/** What the health checks of an agent need. */
export interface BackendsOptions {
  readonly pools: readonly AgentPool[];
  /** The file of what was believed, read at the start and written at each change and at the end. */
  readonly statePath: string;
  /** From 0 up to 1, as Math.random. */
  readonly random: () => number;
  readonly signal: AbortSignal;
  /** Called with all views after a state changed. */
  readonly onChange: (views: readonly BackendView[]) => void;
  /** Called when the state file cannot be written; the checks go on, and the file is tried again until it was written. */
  readonly onTrouble: (error: unknown) => void;
  /** Called at the start when there is a state file that says nothing; the next write replaces it. */
  readonly onBroken: (why: string) => void;
}

/** Starts to ask all backends, from what was believed before. `ended` of the watch includes the last write. */
export async function startBackends(options: BackendsOptions): Promise<BackendWatch> {
  const saved = await readHealthState(options.statePath, { nowMs: performance.now(), onBroken: options.onBroken });
  const { pools, random, signal } = options;
  const connections = keptConnections(signal);
  const watch = watchBackends({
    pools,
    saved,
    check: (target) => checkBackend(target, signal, connections),
    random,
    signal,
    onChange: (views) => {
      keeper.save();
      options.onChange(views);
    },
  });
  const keeper = keepHealth(options.statePath, { healths: watch.healths, onTrouble: options.onTrouble, signal });
  return { ...watch, ended: endWith(watch, keeper) };
}

async function endWith(watch: BackendWatch, keeper: HealthKeeper): Promise<void> {
  await watch.ended;
  keeper.save();
  await keeper.idle();
}
