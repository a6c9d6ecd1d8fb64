import type { BackendHealth } from './backend-health.ts';
import { writeHealthState } from './health-state-file.ts';

/** Keeps a state file up to date. */
export interface HealthKeeper {
  /** Asks for a write soon; many asks while one is under way are one more write. */
  readonly save: () => void;
  /** Resolves when nothing is left to write. */
  readonly idle: () => Promise<void>;
}

/**
 * Writes what is believed to `path` when told to, one write at a time. A disk that refuses is told to `onTrouble` once,
 * and again only after a write went well: checks go on, and the next change tries again.
 */
export function keepHealth(
  path: string,
  healths: () => ReadonlyMap<string, BackendHealth>,
  onTrouble: (error: unknown) => void,
): HealthKeeper {
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
