import { expect, test } from 'vitest';
import { modelOfSites } from '../../test/kit/example-model.ts';
import { statusWorld, type WorldFaults } from '../../test/kit/status-world.ts';
import { ignoreEvents } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { AskedWindow } from '../model/asked-window.ts';
import type { Model } from '../model/model.ts';
import { observeStatus } from '../observe/status-observe.ts';
import { printStatus } from '../report/status-print.ts';
import { plainStyle } from '../report/text-style.ts';
import { lookInTurns } from './look-in-turns.ts';

const everyMs = 5_000;

/** Looks at a world that the test changes, by a clock that goes on with each look. */
function looking(model: Model) {
  let faults: WorldFaults = {};
  let fails: Fault | undefined;
  let nowMs = 0;
  const windows: AskedWindow[] = [];
  const look = lookInTurns({
    model,
    observe: async (window) => {
      windows.push(window);
      if (fails !== undefined) throw fails;
      const now = (): Date => new Date('2026-11-22T09:00:00Z');
      return observeStatus({ model, ...statusWorld(model, faults), window, now, emit: ignoreEvents });
    },
    clock: () => (nowMs += everyMs),
  });
  return {
    /** One look in a world in which this is wrong. */
    look: async (wrong: WorldFaults = {}) => {
      [faults, fails] = [wrong, undefined];
      return look();
    },
    fail: async () => {
      fails = new Fault({ code: 'host-unreachable', message: 'no way out' });
      await expect(look()).rejects.toThrow('no way out');
    },
    windows,
  };
}

/** Sites with the names of the certificate in the reports of the world, so that nothing but what a test breaks is wrong; the last has its own. */
function wellSites(count: number): Model {
  const model = modelOfSites(count);
  const last = model.sites.at(-1);
  return {
    ...model,
    sites: model.sites.map((site) => ({ ...site, names: [site === last ? 'www.devops.com' : 'devops.com'] as const })),
  };
}

test('of a small edge all is seen with each look, and nothing is said of turns', async () => {
  const { look, windows } = looking(wellSites(20));
  expect(await look()).toMatchObject({ healthy: true, notAsked: { sites: 0, names: 0 } });
  expect(await look()).not.toHaveProperty('turns');
  expect(windows.map(({ sites }) => sites.length)).toEqual([20, 20]);
});

test('all sites are seen in turns: through the VIPs and on each balancer in the same one', async () => {
  const { look } = looking(wellSites(45));
  const seen: (readonly [number, number, number | undefined])[] = [];
  for (let left = 3; left > 0; left -= 1) {
    const { sites, certificates, notAsked, turns } = await look();
    const names = new Set(sites.map(({ site }) => site));
    expect(new Set(certificates.map(({ site }) => site))).toEqual(names);
    expect(new Set(certificates.map(({ servedAt }) => servedAt))).toEqual(new Set(['vip1', 'vip2', 'lb1', 'lb2']));
    seen.push([names.size, notAsked.sites, turns?.sites?.oldestMs]);
  }
  expect(seen).toEqual([
    [20, 25, 0],
    [40, 5, 5_000],
    [45, 0, 10_000],
  ]);
});

test('what is wrong with the last site is found in its turn, stays, and is over with the next look when it is', async () => {
  const { look, windows } = looking(wellSites(45));
  const wrong = { failing: ['www.devops.com'] };
  const failing = async (faults: WorldFaults): Promise<readonly string[]> =>
    (await look(faults)).problems.flatMap(({ code, subject }) => (code === 'site-failing' ? [subject] : []));
  const twice = ['s45.devops.com', 's45.devops.com'];
  expect([await failing(wrong), await failing(wrong), await failing(wrong)]).toEqual([[], [], twice]);
  expect(await failing(wrong)).toEqual(twice);
  expect(await failing({})).toEqual([]);
  // The others had their turns meanwhile.
  expect(new Set(windows.flatMap(({ sites }) => sites.map(({ name }) => name))).size).toBe(45);
});

test('names are asked in turns as well', async () => {
  const { look } = looking(modelOfSites(100));
  const wrong = { answers: { 'dns2 A s90.devops.com': ['10.9.9.9'] } };
  const subjects = async (): Promise<readonly string[]> =>
    (await look(wrong)).problems.flatMap(({ code, subject }) => (code === 'name-wrong' ? [subject] : []));
  expect(await subjects()).toEqual([]);
  expect(await subjects()).toEqual(['dns2 s90.devops.com A']);
  expect(await look(wrong)).toMatchObject({ turns: { names: { all: 100, notYet: 0 } } });
});

test('a look that fails takes no turn', async () => {
  const { look, fail, windows } = looking(wellSites(45));
  await look();
  await fail();
  await look();
  const [, failed, next] = windows.map(({ sites }) => sites.map(({ name }) => name));
  expect(next).toEqual(failed);
});

test('as text it says what was not asked yet, and nothing once all was', async () => {
  const { look } = looking(wellSites(45));
  expect(printStatus(await look(), plainStyle)).toContain('Not asked yet: 25 sites; each look asks some.');
  await look();
  expect(printStatus(await look(), plainStyle)).not.toContain('Not asked');
});
