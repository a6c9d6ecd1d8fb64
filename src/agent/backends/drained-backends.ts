import type { AgentPool } from '../../model/agent-config.ts';
import type { AgentContext } from '../agent-part.ts';
import { errorWords } from '../../base/error-words.ts';
import { pause } from '../pause.ts';
import { readDrained, writeDrained } from './drained-file.ts';
import { sayOnce } from '../say-once.ts';

/** Where the list is kept, and when it forgets. */
export interface DrainedPlaces {
  readonly drainedPath: string;
  /** Milliseconds an agent runs before it forgets what its configuration does not name: an apply that fails may bring it back. */
  readonly leftoverMs: number;
}

/** Which backends a person drains. */
export interface DrainedBackends {
  readonly names: () => ReadonlySet<string>;
  /** Throws, in words for a person, when no pool has this backend, or when the list can't be kept: then nothing has changed. */
  readonly turn: (name: unknown, does: 'drain' | 'undrain') => void;
  /** Forgets the names that no pool has: a later backend of the same name is another one. Ends once that is written. */
  readonly forgetLeftovers: (signal: AbortSignal) => Promise<void>;
}

/** The list as it was kept. */
export function drainedBackends({ config, log }: AgentContext, places: DrainedPlaces): DrainedBackends {
  const { drainedPath, leftoverMs } = places;
  let drained = readDrained(drainedPath, log);
  const keep = (next: ReadonlySet<string>): void => {
    writeDrained(drainedPath, next);
    drained = next;
  };
  return {
    names: () => drained,
    turn(name, does) {
      if (typeof name !== 'string' || !isBackend(config.pools, name)) {
        throw new Error(`there is no backend ${String(name)}`);
      }
      const next = new Set(drained);
      if (does === 'drain') next.add(name);
      else next.delete(name);
      try {
        keep(next);
      } catch (error) {
        // A drain that the next restart forgets is worse than none: a person would work on a backend that clients come back to.
        throw new Error(`nothing was changed, because it would not outlive a restart: ${errorWords(error)}`, {
          cause: error,
        });
      }
    },
    async forgetLeftovers(signal) {
      const say = sayOnce(log);
      while (!signal.aborted) {
        await pause(leftoverMs, signal);
        if (signal.aborted) return;
        // Read anew: this may be the list of a part that failed since, and was begun again.
        const kept = readDrained(drainedPath, log);
        const left = [...kept].filter((name) => !isBackend(config.pools, name));
        if (left.length === 0) return;
        try {
          keep(new Set([...kept].filter((name) => !left.includes(name))));
          log(`forgets that a person drained ${left.join(', ')}: no pool has it`);
          return;
        } catch (error) {
          say(`backends that no pool has can't be forgotten: ${errorWords(error)}`);
        }
      }
    },
  };
}

/** Whether a pool has a backend of this name: `web1`, or `web1:8080` for one of its ports. */
function isBackend(pools: readonly AgentPool[], name: string): boolean {
  return pools.some(({ backends }) => backends.some((one) => one.name === name || one.name.startsWith(`${name}:`)));
}
