import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { tallyCauser } from '../../test/kit/tally-causer.ts';
import type { Event } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { DrillFault } from './drill-fault.ts';
import { healLeft, leftFaults } from './heal-left.ts';
import { assertNoDrill, drillRuns, journaled, openJournal } from './journal.ts';

const child = fileURLToPath(new URL('../../test/kit/drill-child.ts', import.meta.url));
const real = { kind: 'real' } as const;

function fault(name: string): DrillFault {
  return {
    name,
    title: `${name} breaks`,
    cause: [{ kind: 'service', host: 'lb1', service: 'nginx', does: 'kill' }],
    heal: [
      { kind: 'service', host: 'lb1', service: 'nginx', does: 'start' },
      { kind: 'command', host: 'lb1', argv: ['true', '-x'] },
    ],
    expect: { kind: 'given', longestGapMs: 5 },
  };
}

let directory = '';
let events: Event[] = [];
const emit = (event: Event) => events.push(event);
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-journal-'));
  events = [];
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});
const file = () => join(directory, 'drill.json');
const tally = () => readFileSync(join(directory, 'tally'), 'utf8').trim().split('\n');
const causer = () => tallyCauser(join(directory, 'tally'));
const code = (error: unknown) => (error instanceof Fault ? error.code : error);

/** Lets a program of its own cause a fault, and kills it. */
async function killedDrill(name: string): Promise<void> {
  const drill = spawn(process.execPath, [child, directory, JSON.stringify(fault(name))], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(drill.stdout, 'data');
  drill.kill('SIGKILL');
  await once(drill, 'exit');
}

describe('whether a drill runs', () => {
  test('is seen from its begin to its end, and by commands', async () => {
    expect(await drillRuns(directory, real)).toBe(false);
    const journal = await openJournal(directory, real);
    expect(await drillRuns(directory, real)).toBe(true);
    expect(await drillRuns(directory, { kind: 'lab', lab: 'x' })).toBe(false);
    expect(await assertNoDrill(directory, real).catch(code)).toBe('drill-running');
    await journal.close();
    expect(await drillRuns(directory, real)).toBe(false);
    await assertNoDrill(directory, real);
  });

  test('may be asked by many at once while drills come and go: nobody is refused because of it', async () => {
    await (await openJournal(directory, real)).close();
    await Promise.all([1, 2, 3, 4, 5, 6].map(() => assertNoDrill(directory, real)));
    const end = new AbortController();
    const ask = async (question: () => Promise<unknown>): Promise<void> => {
      while (!end.signal.aborted) await question();
    };
    const asking = [
      ask(() => drillRuns(directory, real)),
      ask(() => drillRuns(directory, real)),
      ask(() => assertNoDrill(directory, real).catch(code)),
    ];
    for (let round = 0; round < 10; round += 1) {
      const journal = await openJournal(directory, real);
      await journal.close();
    }
    end.abort();
    await Promise.all(asking);
  });
});

describe('the journal', () => {
  test('knows a fault before it is caused, until it is healed', async () => {
    const journal = await openJournal(directory, real);
    const seen: string[] = [];
    const spied = journaled(
      {
        ...causer(),
        cause: (one) => {
          seen.push(readFileSync(file(), 'utf8'));
          return causer().cause(one);
        },
      },
      journal,
    );
    await spied.cause(fault('a'));
    expect(seen[0]).toContain('"name": "a"');
    expect(statSync(file()).mode & 0o777).toBe(0o600);
    await spied.heal(fault('a'));
    expect(existsSync(file())).toBe(false);
    await journal.close();
  });

  test('keeps a fault whose cause or healing failed', async () => {
    const journal = await openJournal(directory, real);
    const stuck = journaled(causer(), journal);
    await stuck.cause(fault('stuck'));
    await expect(async () => stuck.heal(fault('stuck'))).rejects.toThrow('does not answer');
    expect(readFileSync(file(), 'utf8')).toContain('stuck');
    await journal.close();
    expect(await openJournal(directory, real).catch(code)).toBe('undo-failed');
  });

  test.skipIf(process.getuid?.() !== 0)('that finds no room on the disk lets nothing be caused', async () => {
    const disk = join(directory, 'disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4k', 'tmpfs', disk]);
    try {
      const journal = await openJournal(disk, real);
      writeFileSync(join(disk, 'fill'), Buffer.alloc(4096));
      expect(await journaled(causer(), journal).cause(fault('a')).catch(code)).toBe('disk-full');
      expect(existsSync(join(directory, 'tally'))).toBe(false);
      await journal.close();
    } finally {
      execFileSync('umount', [disk]);
    }
  });

  test('is held by one drill at a time; labs are apart', async () => {
    const journal = await openJournal(directory, real);
    expect(await openJournal(directory, real).catch(code)).toBe('drill-running');
    const other = await openJournal(directory, { kind: 'lab', lab: 'shop-b' });
    await other.close();
    await journal.begin(fault('a'));
    expect(await leftFaults(directory, real)).toEqual([]);
    expect(await healLeft(directory, { place: real, causer: causer(), emit })).toEqual([]);
    await journal.close();
  });
});

describe('a drill that was killed', () => {
  test('leaves its fault to the next command, which heals it and says so, once', async () => {
    await killedDrill('nginx-dead:lb1');
    const left = await leftFaults(directory, real);
    expect(left.map((one) => one.fault.name)).toEqual(['nginx-dead:lb1']);
    expect(left[0]?.fault.heal).toEqual(fault('x').heal);
    const healed = await healLeft(directory, { place: real, causer: causer(), emit });
    expect(healed).toEqual(left);
    expect(tally()).toEqual(['cause nginx-dead:lb1', 'heal nginx-dead:lb1']);
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events[0])).toContain('left nginx-dead:lb1 (nginx-dead:lb1 breaks) since 20');
    expect(existsSync(file())).toBe(false);
    expect(await healLeft(directory, { place: real, causer: causer(), emit })).toEqual([]);
    const next = await openJournal(directory, real);
    await next.close();
  });

  test('whose fault can not be healed is said with the next command, and stays written down', async () => {
    await killedDrill('stuck');
    const refusal = await healLeft(directory, { place: real, causer: causer(), emit }).catch((error: unknown) => error);
    expect(refusal instanceof Fault && refusal.details).toMatchObject({
      code: 'undo-failed',
      host: 'lb1',
      next: expect.stringContaining('evenkeel drill heal'),
    });
    expect((await leftFaults(directory, real)).map((one) => one.fault.name)).toEqual(['stuck']);
  });

  test('and whose lock another drill has by now is not waited for', async () => {
    await killedDrill('nginx-dead:lb1');
    const stored = readFileSync(file(), 'utf8');
    rmSync(file());
    const other = await openJournal(directory, real);
    writeFileSync(file(), stored);
    const healed = healLeft(directory, { place: real, causer: causer(), emit });
    // It takes the lock to be that of somebody who heals, until the other drill writes down what it causes.
    await other.begin(fault('b'));
    expect(await healed).toEqual([]);
    expect(tally()).toEqual(['cause nginx-dead:lb1']);
    await other.close();
  });

  test('in a lab that is gone left nothing', async () => {
    const lab = { kind: 'lab', lab: 'no-such-lab' } as const;
    const journal = await openJournal(directory, lab);
    await journal.begin(fault('a'));
    await journal.close();
    expect(await leftFaults(directory, lab)).toEqual([]);
    expect(await healLeft(directory, { place: lab, causer: causer(), emit })).toEqual([]);
    expect(existsSync(join(directory, 'drill-no-such-lab.json'))).toBe(false);
  });

  test('and a journal that nobody can read is refused, never overwritten', async () => {
    writeFileSync(file(), '{ "version": 1');
    expect(await healLeft(directory, { place: real, causer: causer(), emit }).catch(code)).toBe('file-unreadable');
    expect(await openJournal(directory, real).catch(code)).toBe('file-unreadable');
    expect(readFileSync(file(), 'utf8')).toBe('{ "version": 1');
  });
});
