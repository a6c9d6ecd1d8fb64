import { mkdtemp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dampingWindowMs, unknownHealth } from './backend-health.ts';
import type { BackendHealth } from './backend-health.ts';
import { parseHealthState, printHealthState, readHealthState, writeHealthState } from './health-state-file.ts';
import { keepHealth } from './keep-health.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-health-'));
});

afterAll(() => rm(folder, { recursive: true }));

/** Why files could not be read. */
let broken: string[] = [];
beforeEach(() => {
  broken = [];
});

function read(path: string, nowMs: number): ReturnType<typeof readHealthState> {
  return readHealthState(path, { nowMs, onBroken: (why) => broken.push(why) });
}

const down: BackendHealth = {
  ...unknownHealth(1_700_000_000_000),
  state: 'down',
  lastError: 'refused the connection',
  lastErrorAt: 1_700_000_000_500,
  checks: 7,
  failures: 5,
  changes: 1,
  falls: [4000],
};

describe('the state file', () => {
  it('gives back what was believed, with falls as old as they were', async () => {
    const path = join(folder, 'backends.json');
    await writeHealthState(path, { healths: new Map([['a', { ...down, failedInRow: 3 }]]), nowMs: 10_000 });
    expect(await read(path, 100_000)).toEqual(new Map([['a', { ...down, falls: [94_000] }]]));
    expect(await readdir(folder)).toEqual(['backends.json']);
  });

  it('forgets falls that are too old', () => {
    const text = printHealthState(new Map([['a', down]]), 4000 + dampingWindowMs);
    expect(parseHealthState(text, 0).get('a')?.falls).toEqual([]);
  });

  it.each([
    ['nothing', ''],
    ['half a file', printHealthState(new Map([['a', down]]), 0).slice(0, -20)],
    ['another format', '{"format":2,"backends":[]}'],
    ['no list', '{"format":1,"backends":{"a":1}}'],
    ['no object', '[1]'],
    ['NUL bytes', '\0\0\0\0'],
  ])('starts afresh with %s', (_what, text) => {
    expect(parseHealthState(text, 0)).toEqual(new Map());
  });

  it('leaves out only what makes no sense', () => {
    const backends = [
      1,
      null,
      {},
      { key: 'x', state: 'ill' },
      { key: 'b', state: 'up', since: 'noon', fallAges: [1, 'x', -5] },
    ];
    expect(parseHealthState(JSON.stringify({ format: 1, backends }), 10)).toEqual(
      new Map([['b', { ...unknownHealth(0), state: 'up', falls: [9] }]]),
    );
  });

  it('reads any JSON without throwing', () => {
    fc.assert(
      fc.property(fc.json(), fc.json(), (one, other) => {
        parseHealthState(one, 0);
        parseHealthState(`{"format":1,"backends":[${one},{"key":"k","state":"up","fallAges":${other}}]}`, 0);
      }),
    );
  });

  it('is no file, or a folder: starts afresh', async () => {
    expect(await read(join(folder, 'missing', 'backends.json'), 0)).toEqual(new Map());
    expect(broken).toEqual([]);
    expect(await read(folder, 0)).toEqual(new Map());
    expect(broken).toEqual([expect.stringContaining('EISDIR')]);
  });

  it.each(['', '{"format":1,"backends":[{"ke', '{"format":2,"backends":[]}'])(
    'is %j: says so, starts afresh, and the next write replaces it',
    async (text) => {
      const path = join(folder, 'broken.json');
      await writeFile(path, text);
      expect(await read(path, 0)).toEqual(new Map());
      expect(broken).toEqual([`${path} is broken, or of another version`]);
      await writeHealthState(path, { healths: new Map([['a', down]]), nowMs: 0 });
      expect((await read(path, 0)).size).toBe(1);
      expect(broken).toHaveLength(1);
    },
  );
});

describe('keepHealth', () => {
  it('makes one more write of many asks, and the last word stays', async () => {
    const path = join(folder, 'kept.json');
    let checks = 0;
    let asked = 0;
    const keeper = keepHealth(path, {
      healths: () => {
        asked += 1;
        return new Map([['a', { ...down, checks }]]);
      },
      onTrouble: (error) => {
        throw error;
      },
      signal: new AbortController().signal,
    });
    for (checks = 1; checks <= 20; checks += 1) keeper.save();
    await keeper.idle();
    expect((await read(path, 10_000)).get('a')?.checks).toBe(21);
    expect(asked).toBeLessThanOrEqual(2);
  });

  it('tells of a full disk once, and writes by itself as soon as there is room', async () => {
    const path = join(folder, 'later.json');
    await symlink('/dev/full', `${path}.new`);
    const troubles: unknown[] = [];
    const keeper = keepHealth(path, {
      healths: () => new Map([['a', down]]),
      onTrouble: (error) => troubles.push(error),
      signal: new AbortController().signal,
    });
    keeper.save();
    await wait(1300);
    keeper.save();
    expect(troubles).toMatchObject([{ code: 'ENOSPC' }]);
    await rm(`${path}.new`);
    await keeper.idle();
    expect((await read(path, 0)).size).toBe(1);
    expect(troubles).toHaveLength(1);
  });

  it('gives up when it is told to end, after one more try', async () => {
    const stop = new AbortController();
    let asked = 0;
    const keeper = keepHealth(join(folder, 'missing', 'backends.json'), {
      healths: () => {
        asked += 1;
        return new Map();
      },
      onTrouble: () => undefined,
      signal: stop.signal,
    });
    keeper.save();
    await wait(100);
    stop.abort();
    await keeper.idle();
    expect(asked).toBe(2);
    keeper.save();
    await keeper.idle();
    expect(asked).toBe(3);
  });

  it('keeps the old file when the new one cannot be put in place', async () => {
    const path = join(folder, 'old.json');
    await writeFile(path, 'old');
    await mkdir(`${path}.new`);
    await expect(writeHealthState(path, { healths: new Map(), nowMs: 0 })).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readFile(path, 'utf8')).toBe('old');
  });
});
