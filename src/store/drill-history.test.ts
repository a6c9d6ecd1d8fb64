import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runProgram } from '../../test/kit/cli.ts';
import { sampleFaults, sampleReport } from '../../test/kit/drill-report-sample.ts';
import { Fault } from '../base/fault.ts';
import { openDrillHistory } from './drill-history.ts';

let directory = '';
let path = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-history-'));
  path = join(directory, 'devops', 'history.db');
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

const report = sampleReport();

/** Keeps reports in the file of the test, each in an opening of its own, as commands do. */
function keep(...reports: readonly (typeof report)[]): readonly number[] {
  return reports.map((each) => {
    const history = openDrillHistory(path);
    try {
      return history.add(each);
    } finally {
      history.close();
    }
  });
}

function faultOf(work: () => unknown): Fault {
  try {
    work();
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

test('what was kept is there for the next command, oldest first', () => {
  const other = { ...sampleReport({ runs: 2, seed: 4 }), place: 'real', profile: 'reference' } as const;
  expect(keep(report, other)).toEqual([1, 2]);
  const history = openDrillHistory(path);
  expect(history.get(1)).toEqual(report);
  expect(history.get(2)).toEqual(other);
  expect(history.get(3)).toBeUndefined();
  expect(history.list()).toMatchObject([
    { id: 1, place: 'lab', profile: 'evenkeel', faults: 8, verdict: 'broken', worst: { name: 'gateway-lost:lan' } },
    { id: 2, place: 'real', profile: 'reference', faults: 8, startedAt: other.startedAt },
  ]);
  history.close();
});

test('a drill in which nothing was measured has no worst fault', () => {
  keep({ ...report, faults: report.faults.filter((fault) => fault.verdict === 'not-run') });
  const history = openDrillHistory(path);
  expect(history.list()[0]?.worst).toBeUndefined();
  history.close();
});

test('only its owner can read it', () => {
  keep(report);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700);
});

test.each([
  [
    'text',
    (file: string) => writeFileSync(file, 'no database at all, but longer than its header would be\n'.repeat(9)),
  ],
  ['cut off in the middle', (file: string) => truncateSync(file, 20_000)],
])('a damaged file (%s) is named with the way out, and stays as it is', (_, damage) => {
  keep(report, report);
  damage(path);
  const before = readFileSync(path);
  const fault = faultOf(() => {
    const history = openDrillHistory(path);
    try {
      history.list();
      history.get(1);
    } finally {
      history.close();
    }
  });
  expect(fault.details).toMatchObject({ code: 'file-unreadable', state: 'it was not touched' });
  expect(fault.details.next).toContain(`mv ${path} ${path}.damaged`);
  expect(readFileSync(path).equals(before)).toBe(true);
});

test('a file of a newer evenkeel and one of another program are refused and not touched', () => {
  keep(report);
  const newer = new DatabaseSync(path);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  expect(faultOf(() => openDrillHistory(path)).message).toContain('newer evenkeel (schema 99');

  const foreign = join(directory, 'foreign.db');
  const database = new DatabaseSync(foreign);
  database.exec('CREATE TABLE songs (title TEXT)');
  database.close();
  expect(faultOf(() => openDrillHistory(foreign)).message).toContain('of another program');
});

test('a report that is damaged inside does not hide the others', () => {
  keep(report, report);
  const database = new DatabaseSync(path);
  database.exec(`UPDATE drill SET report = x'00' WHERE id = 1`);
  database.close();
  const history = openDrillHistory(path);
  expect(faultOf(() => history.get(1)).message).toContain('drill 1');
  expect(history.get(2)).toEqual(report);
  history.close();
});

test('commands of several processes at once lose nothing', async () => {
  const writer = fileURLToPath(new URL('../../test/kit/history-writer.ts', import.meta.url));
  const runs = await Promise.all([1, 2, 3, 4].map(() => runProgram([process.execPath, writer, path, '5'])));
  for (const run of runs) expect(run.exitCode, run.stderr).toBe(0);
  const history = openDrillHistory(path);
  expect(history.list().map((entry) => entry.id)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  history.close();
});

test.skipIf(process.getuid?.() !== 0)(
  'a full disk loses nothing that was kept (as root: it mounts a small disk)',
  () => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk]);
    try {
      path = join(disk, 'history.db');
      const small = sampleReport({ faults: sampleFaults.slice(-1) });
      keep(small);
      const fault = faultOf(() => keep(...Array.from({ length: 40 }, () => report)));
      expect(fault.details).toMatchObject({ code: 'disk-full' });
      const history = openDrillHistory(path);
      expect(history.get(1)).toEqual(small);
      history.close();
      expect(existsSync(`${path}-journal`)).toBe(false);
    } finally {
      execFileSync('umount', [disk]);
    }
  },
);
