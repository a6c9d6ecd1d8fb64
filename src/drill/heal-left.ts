import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { type FileLock, tryFileLock } from '../hosts/file-lock.ts';
import type { StoredJournal } from '../spec/stored-fault.ts';
import type { Causer } from './causer.ts';
import type { DrillFault } from './drill-fault.ts';
import {
  type DrillPlace,
  type JournalFiles,
  journalFiles,
  labMade,
  readJournal,
  startTime,
  writeJournal,
} from './journal-file.ts';
import { pause } from './wait-until.ts';
import { errorWords } from '../base/error-words.ts';

/** How often a lock that somebody else holds is tried. */
const retryMs = 100;

/** A fault that a drill caused and, because it was killed, did not heal. */
export interface LeftFault {
  readonly fault: DrillFault;
  /** When it was written down. Milliseconds since the epoch. */
  readonly since: number;
}

/** What drills left that are gone: their processes ended without healing. Empty while the drill that caused it runs. */
export async function leftFaults(directory: string, place: DrillPlace): Promise<readonly LeftFault[]> {
  const { journal } = journalFiles(directory, place);
  const stored = await readJournal(journal);
  if (stored === undefined || (await ownerLives(stored)) || (await isAnotherLab(stored))) return [];
  return stored.faults.map(leftFault);
}

/**
 * Heals what a killed drill left, last caused first, says so, and returns it. Does nothing while a drill runs. Throws a Fault
 * `undo-failed` when healing fails; what is not healed stays in the journal.
 */
export async function healLeft(
  directory: string,
  { place, causer, emit }: { readonly place: DrillPlace; readonly causer: Causer; readonly emit: Emit },
): Promise<readonly LeftFault[]> {
  const files = journalFiles(directory, place);
  const lock = await lockOfKilled(files);
  if (lock === undefined) return [];
  try {
    const stored = await readJournal(files.journal);
    if (stored === undefined) return [];
    if (await isAnotherLab(stored)) {
      await writeJournal(files.journal, { ...stored, faults: [] });
      return [];
    }
    const left = stored.faults.map(leftFault);
    for (let count = left.length - 1; count >= 0; count -= 1) {
      const one = left[count];
      if (one === undefined) continue;
      await healOne(causer, one);
      await writeJournal(files.journal, { ...stored, faults: stored.faults.slice(0, count) });
      const text = `a drill that was killed left ${one.fault.name} (${one.fault.title}) since ${clock(one.since)}; it is healed now`;
      emit({ code: 'warning', level: 'warning', data: { text } });
    }
    return left;
  } finally {
    await lock.release();
  }
}

/**
 * The lock of a drill that was killed; undefined when there is nothing to heal, or a drill runs, which heals by itself. The
 * lock of a killed one is free only a moment later, or held by who heals now: whoever waits looks again what became of it.
 */
async function lockOfKilled(files: JournalFiles): Promise<FileLock | undefined> {
  for (;;) {
    const found = await readJournal(files.journal);
    if (found === undefined) return undefined;
    const lock = await tryFileLock(files.lock);
    if (lock !== undefined) return lock;
    if (await ownerLives(found)) return undefined;
    await pause(retryMs);
  }
}

async function healOne(causer: Causer, left: LeftFault): Promise<void> {
  try {
    await causer.heal(left.fault);
  } catch (error) {
    throw notHealed(left, error);
  }
}

/** What a person expected of it is of no use any more. */
function leftFault({ since, name, title, cause, heal }: StoredJournal['faults'][number]): LeftFault {
  return { since, fault: { name, title, cause, heal, expect: { kind: 'given', longestGapMs: null } } };
}

async function ownerLives({ owner }: StoredJournal): Promise<boolean> {
  return (await startTime(owner.pid)) === owner.startTime;
}

/** A lab that was taken down took its faults with it. */
async function isAnotherLab({ place }: StoredJournal): Promise<boolean> {
  return place.kind === 'lab' && (await labMade(place.lab)) !== place.made;
}

function notHealed({ fault, since }: LeftFault, error: unknown): Fault {
  const details = error instanceof Fault ? error.details : undefined;
  const reason = details?.message ?? errorWords(error);
  return new Fault(
    {
      code: 'undo-failed',
      message: `a drill that was killed left ${fault.name} (${fault.title}), and it can't be healed: ${reason}`,
      ...(details?.host === undefined ? {} : { host: details.host }),
      ...(details?.command === undefined ? {} : { command: details.command }),
      ...(details?.said === undefined ? {} : { said: details.said }),
      state: `the fault stands since ${clock(since)}`,
      next: 'mend what is named above, then: evenkeel drill heal',
    },
    error,
  );
}

function clock(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}
