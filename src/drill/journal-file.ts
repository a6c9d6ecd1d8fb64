import { chmod, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { labPaths } from '../lab/lab-paths.ts';
import { readStoredJournal, type StoredJournal } from '../spec/stored-fault.ts';
import { errorWords, isMissing } from '../base/error-words.ts';

/** Where a drill causes its faults. */
export type DrillPlace = { readonly kind: 'real' } | { readonly kind: 'lab'; readonly lab: string };

/** The files of one place's journal. */
export interface JournalFiles {
  readonly journal: string;
  /** Held by a drill while it runs, and by whoever heals what one left. */
  readonly lock: string;
}

/** The journal's files; labs of one edge are drilled apart from each other. */
export function journalFiles(directory: string, place: DrillPlace): JournalFiles {
  const name = place.kind === 'real' ? 'drill' : `drill-${place.lab}`;
  return { journal: join(directory, `${name}.json`), lock: join(directory, `${name}.lock`) };
}

/** The journal of a place; undefined when nothing is written down there. Throws `file-unreadable`. */
export async function readJournal(path: string): Promise<StoredJournal | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isMissing(error)) return undefined;
    throw unreadable(path, errorWords(error));
  });
  if (text === undefined) return undefined;
  const stored = readStoredJournal(text);
  if (stored === undefined) throw unreadable(path, 'it is no journal of this version of evenkeel');
  return stored;
}

function unreadable(path: string, said: string): Fault {
  return new Fault({
    code: 'file-unreadable',
    message: `the journal of drills ${path} can't be read`,
    said,
    state: 'a drill may have left a fault that is not healed',
    next: `read it, heal by hand what it names, and remove it: rm ${path}`,
  });
}

/**
 * Writes a journal whole or not at all, readable by its owner only, and on the disk when this returns; without faults it is
 * removed. Throws `disk-full`, and `file-unreadable` when it can't be written for another reason.
 */
export async function writeJournal(path: string, stored: StoredJournal): Promise<void> {
  try {
    await (stored.faults.length === 0 ? rm(path, { force: true }) : replace(path, stored));
  } catch (error) {
    throw unwritable(path, error);
  }
}

async function replace(path: string, stored: StoredJournal): Promise<void> {
  const temporary = `${path}.new`;
  await writeSynced(temporary, `${JSON.stringify(stored, undefined, 2)}\n`);
  await rename(temporary, path);
  // The new name is on the disk only when its directory is (fsync(2)).
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  // The mode of a file that was there already is its own.
  await chmod(path, 0o600);
}

function unwritable(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('syscall' in error)) return error;
  const isFull = 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');
  return new Fault(
    {
      code: isFull ? 'disk-full' : 'file-unreadable',
      message: `the journal of drills ${path} can't be written`,
      said: error.message,
      next: isFull ? `make room on its disk: df ${dirname(path)}` : 'see its disk and its permissions',
    },
    error,
  );
}

/** When a lab was made, in milliseconds since the epoch, to tell it from a later one of the same name; undefined: there is none. */
export async function labMade(lab: string): Promise<number | undefined> {
  return stat(labPaths(lab).clientKey).then(
    (found) => found.mtimeMs,
    () => undefined,
  );
}

/** When a process started, as proc(5) stat counts it, so that a later process of its number is not taken for it; undefined: it is gone. */
export async function startTime(pid: number): Promise<string | undefined> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The second field is the name in brackets, which may hold anything; the start time is field 22.
  return text?.slice(text.lastIndexOf(')') + 2).split(' ')[19];
}
