import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { type FileLock, tryFileLock, trySharedLock } from '../hosts/file-lock.ts';
import { isLocked } from '../hosts/lock-list.ts';
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

/**
 * What a running drill has caused and not healed yet, in `drill.json` (real hosts) or `drill-LAB.json` of the edge's state
 * directory. It is written before anything is caused, so that whoever comes after a killed drill can heal.
 */
export interface Journal {
  /** Writes a fault down. Call it before causing anything. */
  begin(fault: DrillFault): Promise<void>;
  /** Takes a healed fault off. */
  healed(fault: DrillFault): Promise<void>;
  /** Lets the next drill run. What is still written down stays. */
  close(): Promise<void>;
}

/** How often, and how long between, who begins a drill waits for those who only ask. Milliseconds. */
const [askersTries, askersMs] = [50, 100];

/**
 * Opens the journal for a drill; there is one at a time for each place. Throws `drill-running` when another drill holds it,
 * and `undo-failed` when an earlier one left faults (`healLeft` first).
 */
export async function openJournal(directory: string, place: DrillPlace): Promise<Journal> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const files = journalFiles(directory, place);
  const lock = await lockForDrill(files.lock);
  if (lock === undefined) throw await drillRunning(files, place);
  try {
    const left = await readJournal(files.journal);
    if (left !== undefined && left.faults.length > 0) throw leftUnhealed(left);
    return await ownJournal(files, { place, lock });
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** A command that asks shares the lock for a moment (`assertNoDrill`): that is no drill. */
async function lockForDrill(path: string): Promise<FileLock | undefined> {
  for (let left = askersTries; left > 0; left -= 1) {
    const lock = await tryFileLock(path);
    if (lock !== undefined || (await isLocked(path))) return lock;
    await pause(askersMs);
  }
  return undefined;
}

/**
 * Whether a drill runs at a place now, for who asks again and again: it disturbs nobody. A command that is about to change something
 * must be sure (`assertNoDrill`). Throws a Fault when it can't be seen.
 */
export async function drillRuns(directory: string, place: DrillPlace): Promise<boolean> {
  return isLocked(journalFiles(directory, place).lock);
}

/**
 * Sees that no drill runs at a place now: what it has broken must not be taken for the edge, or mended under its eyes. Throws
 * `drill-running`. Leaves no trace, and refuses nobody else who asks.
 */
export async function assertNoDrill(directory: string, place: DrillPlace): Promise<void> {
  const files = journalFiles(directory, place);
  if (!existsSync(files.lock)) return;
  const lock = await trySharedLock(files.lock);
  if (lock === undefined) throw await drillRunning(files, place);
  await lock.release();
}

async function ownJournal(
  { journal }: JournalFiles,
  { place, lock }: { readonly place: DrillPlace; readonly lock: FileLock },
): Promise<Journal> {
  const owner = { pid: process.pid, startTime: (await startTime(process.pid)) ?? '' };
  const where =
    place.kind === 'real'
      ? { kind: place.kind }
      : { kind: place.kind, lab: place.lab, made: (await labMade(place.lab)) ?? 0 };
  let faults: StoredJournal['faults'] = [];
  const write = (next: StoredJournal['faults']): Promise<void> => {
    faults = next;
    return writeJournal(journal, { version: 1, owner, place: where, faults });
  };
  const others = (fault: DrillFault) => faults.filter((known) => known.name !== fault.name);
  return {
    begin: (fault) => {
      const { name, title, cause, heal } = fault;
      const since = Date.now();
      return write([...others(fault), { since, name, title, cause, heal }]);
    },
    healed: (fault) => write(others(fault)),
    close: () => lock.release(),
  };
}

/** A causer that writes down what it causes before it does, and takes it off when it is healed. */
export function journaled(causer: Causer, journal: Journal): Causer {
  return {
    place: causer.place,
    canCause: (fault) => causer.canCause(fault),
    async cause(fault) {
      await journal.begin(fault);
      return causer.cause(fault);
    },
    async heal(fault) {
      const moment = await causer.heal(fault);
      await journal.healed(fault);
      return moment;
    },
  };
}

async function drillRunning(files: JournalFiles, place: DrillPlace): Promise<Fault> {
  const owner = (await readJournal(files.journal))?.owner;
  const who = owner === undefined ? '' : ` (process ${owner.pid})`;
  const where = place.kind === 'real' ? 'on the hosts of this edge' : `in the lab ${place.lab}`;
  return new Fault({
    code: 'drill-running',
    message: `a drill runs ${where}${who}`,
    state: 'nothing was changed',
    next: 'wait for its end, or stop it with Ctrl-C: it heals what it caused',
  });
}

function leftUnhealed(left: StoredJournal): Fault {
  const names = left.faults.map((fault) => fault.name).join(', ');
  return new Fault({
    code: 'undo-failed',
    message: `an earlier drill left ${names}`,
    state: 'nothing was changed',
    next: 'evenkeel drill heal',
  });
}
