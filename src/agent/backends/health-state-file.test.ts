import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dampingWindowMs, unknownHealth } from './backend-health.ts';
import type { BackendHealth } from './backend-health.ts';
import { parseHealthState, printHealthState, readHealthState, writeHealthState } from './health-state-file.ts';
import { keepHealth } from './keep-health.ts';

let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-health-'));
});

afterAll(() => rm(folder, { recursive: true }));

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
    expect(await readHealthState(path, 100_000)).toEqual(new Map([['a', { ...down, falls: [94_000] }]]));
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
    expect(await readHealthState(join(folder, 'missing', 'backends.json'), 0)).toEqual(new Map());
    expect(await readHealthState(folder, 0)).toEqual(new Map());
  });
});

describe('keepHealth', () => {
  it('makes one more write of many asks, and the last word stays', async () => {
    const path = join(folder, 'kept.json');
    let checks = 0;
    let asked = 0;
    const keeper = keepHealth(
      path,
      () => {
        asked += 1;
        return new Map([['a', { ...down, checks }]]);
      },
      (error) => {
        throw error;
      },
    );
    for (checks = 1; checks <= 20; checks += 1) keeper.save();
    await keeper.idle();
    expect((await readHealthState(path, 10_000)).get('a')?.checks).toBe(21);
    expect(asked).toBeLessThanOrEqual(2);
  });

  it('tells of trouble once, goes on, and writes again when the disk lets it', async () => {
    const place = join(folder, 'later');
    const path = join(place, 'backends.json');
    const troubles: unknown[] = [];
    const keeper = keepHealth(
      path,
      () => new Map([['a', down]]),
      (error) => troubles.push(error),
    );
    for (let turn = 0; turn < 3; turn += 1) {
      keeper.save();
      await keeper.idle();
    }
    expect(troubles).toMatchObject([{ code: 'ENOENT' }]);
    await mkdir(place);
    keeper.save();
    await keeper.idle();
    expect((await readHealthState(path, 0)).size).toBe(1);
    expect(troubles).toHaveLength(1);
  });

  it('keeps the old file when the new one cannot be put in place', async () => {
    const path = join(folder, 'old.json');
    await writeFile(path, 'old');
    await mkdir(`${path}.new`);
    await expect(writeHealthState(path, { healths: new Map(), nowMs: 0 })).rejects.toMatchObject({ code: 'EISDIR' });
    expect(await readFile(path, 'utf8')).toBe('old');
  });
});
