import { readdirSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { claimFile } from '../model/state-files.ts';
import type { AgentContext, AgentPart } from './agent-part.ts';
import { sayOnce } from './say-once.ts';
import { errorWords } from '../base/error-words.ts';
import { pause } from './pause.ts';

/**
 * Milliseconds until what a person ordered for something that is no longer in the edge file is forgotten. Longer than an apply
 * takes: one that fails brings the VIP or backend back, and its order must still be there.
 */
export const leftoverMs = 600_000;

/** Where claims lie, and what is not the same twice. */
export interface ClaimPlaces {
  readonly directory: string;
  readonly leftoverMs: number;
  /** Milliseconds since the epoch, as the times of files. */
  readonly wallClock: () => number;
}

/** On a balancer. */
export function balancerClaims(wallClock: () => number): ClaimPlaces {
  return { directory: dirname(claimFile('')), leftoverMs, wallClock };
}

/**
 * Removes claims of VIPs that this balancer may not hold any more (docs/adr/0009-planned-moves.md): a later VIP of the same name would
 * go where a person once moved the old one.
 */
export function leftoverClaimsPart(places: ClaimPlaces): AgentPart {
  return async ({ config, log }: AgentContext, signal) => {
    const known = new Set(config.vips.map(({ name }) => basename(claimFile(name))));
    const say = sayOnce(log);
    while (!signal.aborted) {
      await pause(places.leftoverMs, signal);
      if (signal.aborted) return;
      try {
        for (const name of leftovers(places, known)) {
          rmSync(join(places.directory, name), { force: true });
          log(`forgets ${name}: this balancer may hold no such VIP`);
        }
        say('');
      } catch (error) {
        say(`claims of VIPs that are gone can't be removed: ${errorWords(error)}`);
      }
    }
  };
}

/** Not what was just made: an apply makes the file of a new VIP before it tells the agent, and a move writes beside before it renames. */
function leftovers({ directory, leftoverMs: age, wallClock }: ClaimPlaces, known: ReadonlySet<string>) {
  return readdirSync(directory)
    .filter((name) => name.startsWith(basename(claimFile(''))) && !known.has(name))
    .filter((name) => wallClock() - statSync(join(directory, name)).mtimeMs >= age);
}
