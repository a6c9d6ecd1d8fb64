import { pause } from '../pause.ts';
import type { BackendHealth } from './backend-health.ts';
import { writeHealthState } from './health-state-file.ts';

/** Keeps a state file up to date. */
export interface HealthKeeper {
  /** Asks for a write soon; many asks while one is under way are one more write. */
  readonly save: () => void;
  /** Resolves when nothing is left to write. */
  readonly idle: () => Promise<void>;
}

/** What a keeper needs. */
export interface KeeperOptions {
  readonly healths: () => ReadonlyMap<string, BackendHealth>;
  /** Called when the disk refuses: once, and again only after a write went well. */
  readonly onTrouble: (error: unknown) => void;
  /** Ends the trying again. */
  readonly signal: AbortSignal;
}

/** Until a write that the disk refused is tried again. Milliseconds. */
const againMs = 1000;

/**
 * Writes what is believed to `path` when told to, one write at a time. What the disk refuses is tried again until it was written, or the
 * signal fires; checks go on meanwhile.
 */
export function keepHealth(path: string, { healths, onTrouble, signal }: KeeperOptions): HealthKeeper {
  let wanted = false;
  let writing: Promise<void> | undefined;
  let troubled = false;
  const write = async (): Promise<void> => {
    while (wanted) {
      wanted = false;
      try {
        await writeHealthState(path, { healths: healths(), nowMs: performance.now() });
        troubled = false;
      } catch (error) {
        if (!troubled) onTrouble(error);
        troubled = true;
        // The last word, at the end, is tried once.
        if (signal.aborted) continue;
        wanted = true;
        await pause(againMs, signal);
      }
    }
    writing = undefined;
  };
  return {
    save: () => {
      wanted = true;
      writing ??= write();
    },
    idle: async () => writing,
  };
}
