import { chmod, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault } from '../base/fault.ts';
import { labPaths } from '../lab/lab-paths.ts';
import { readStoredJournal, type StoredJournal } from '../spec/stored-fault.ts';

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
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw unreadable(path, error instanceof Error ? error.message : String(error));
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

/** Writes a journal whole or not at all, readable by its owner only, and on the disk when this returns; without faults it is removed. */
export async function writeJournal(path: string, stored: StoredJournal): Promise<void> {
  if (stored.faults.length === 0) {
    await rm(path, { force: true });
    return;
  }
  const temporary = `${path}.new`;
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(`${JSON.stringify(stored, undefined, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // The mode of a file that was there already is its own.
  await chmod(temporary, 0o600);
  await rename(temporary, path);
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
