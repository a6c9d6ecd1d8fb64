import { expect, test } from 'vitest';
import { alertClock } from '../../test/kit/alert-conditions.ts';
import { exampleTopology as topology, viewWith } from '../../test/kit/alert-view.ts';
import type { SeenConditions } from './alert-condition.ts';
import { conditionsOf } from './alert-conditions.ts';
import type { LookTurns, StatusProblem } from './edge-status.ts';
import type { EdgeView } from './edge-view.ts';

const sites = ['s1.devops.com', 's2.devops.com', 's3.devops.com'] as const;

/** An edge of which a look asks one site, or one name, at a time. */
interface Looked {
  readonly asked: readonly string[];
  readonly failing: readonly string[];
  /** Default: all of them. */
  readonly known?: readonly string[];
  readonly poolDown?: 'poolDown';
}

const well = await viewWith({});

function seenAt({ asked, failing, known = sites, poolDown }: Looked): SeenConditions {
  const problems = failing.map((site): EdgeView['problems'][number] => ({
    ...problemOf('site-failing', site),
    key: `site-failing ${site}`,
    since: '2026-11-29T12:00:00Z',
  }));
  const [row] = well.sites;
  if (row === undefined) throw new Error('the example has no site');
  return conditionsSeen({
    ...well,
    ...turnsOf({ sites: { all: sites.length, asked, notYet: sites.length - known.length, oldestMs: 10_000 } }),
    problems,
    sites: known.map((site) => ({ ...row, key: site, site, up: !failing.includes(site) })),
    backends: well.backends.map((backend) => ({ ...backend, up: poolDown === undefined })),
  });
}

function problemOf(code: StatusProblem['code'], subject: string): StatusProblem {
  return { code, severity: 'error', subject, message: `${subject} is wrong`, next: 'evenkeel status' };
}

function turnsOf(turns: LookTurns): Pick<EdgeView, 'look'> {
  return { look: [{ key: 'look', state: 'fresh', at: '2026-11-29T12:00:00Z', ms: 100, turns }] };
}

function conditionsSeen(view: EdgeView): SeenConditions {
  const pool = topology.sites[0]?.pool ?? '';
  const ofPool = { ...topology, sites: sites.map((name) => ({ name, names: [name], pool, vips: ['vip1'] })) };
  return conditionsOf({
    topology: ofPool,
    view,
    from: '2026-11-29T00:00:00Z',
    keepTrouble: undefined,
    drillRuns: false,
    workUnreadBefore: undefined,
  });
}

function keysOf({ conditions }: SeenConditions): readonly string[] {
  return conditions.map(({ key }) => key);
}

test('of a site that a look did not ask a problem is neither there nor over', () => {
  const seen = seenAt({ asked: ['s1.devops.com'], failing: ['s1.devops.com', 's2.devops.com'] });
  expect(keysOf(seen)).toEqual(['site-failing s1.devops.com']);
  const [condition] = seen.conditions;
  if (condition === undefined) throw new Error('there is one');
  const about = (subject: string) => seen.isUnknown({ ...condition, key: `site-failing ${subject}`, subject });
  expect(about('s2.devops.com')).toBe(true);
  // It was well when it was asked last.
  expect(about('s3.devops.com')).toBe(false);
});

test('of a site that was not asked since the start, nothing is over', () => {
  const early = seenAt({ asked: ['s1.devops.com'], failing: ['s1.devops.com'], known: ['s1.devops.com'] });
  const [condition] = early.conditions;
  if (condition === undefined) throw new Error('there is one');
  const ofLast = { ...condition, key: 'certificate-ending s3.devops.com', code: 'certificate-ending' } as const;
  expect(early.isUnknown({ ...ofLast, subject: 's3.devops.com' })).toBe(true);
  // A site that has left the edge file is over once all that are in it are known.
  expect(early.isUnknown({ ...ofLast, subject: 'left.devops.com' })).toBe(true);
  const late = seenAt({ asked: ['s3.devops.com'], failing: [] });
  expect(late.isUnknown({ ...ofLast, subject: 'left.devops.com' })).toBe(false);
});

test('names are as sites: not asked this time, or never', () => {
  const [server] = well.nameservers;
  const [answer] = server?.names ?? [];
  if (server === undefined || answer === undefined) throw new Error('the example has a nameserver');
  const problem = (name: string) => ({
    ...problemOf('name-wrong', `${server.host} ${name} A`),
    key: `name-wrong ${server.host} ${name} A`,
    since: '2026-11-29T12:00:00Z',
  });
  const seen = conditionsSeen({
    ...well,
    ...turnsOf({ names: { all: 3, asked: ['s1.devops.com A'], notYet: 1, oldestMs: 0 } }),
    problems: [problem('s1.devops.com'), problem('s2.devops.com')],
    nameservers: [{ ...server, names: sites.slice(0, 2).map((name) => ({ ...answer, name })) }],
  });
  expect(keysOf(seen)).toEqual([`name-wrong ${server.host} s1.devops.com A`]);
  const [condition] = seen.conditions;
  if (condition === undefined) throw new Error('there is one');
  const unknown = sites.map((name) => seen.isUnknown({ ...condition, ...problem(name) }));
  expect(unknown).toEqual([false, true, true]);
});

test('a site is told when it fails in its turn and lasts; when it is well once, it is over at once', () => {
  const clock = alertClock();
  clock.see(0, seenAt({ asked: ['s3.devops.com'], failing: ['s3.devops.com'] }));
  // What has a problem is asked with each look.
  for (let at = 5_000; at <= 60_000; at += 5_000)
    clock.see(at, seenAt({ asked: ['s1.devops.com', 's3.devops.com'], failing: ['s3.devops.com'] }));
  expect(clock.lines()).toEqual(['40000 began site-failing s3.devops.com']);
  clock.see(65_000, seenAt({ asked: ['s2.devops.com', 's3.devops.com'], failing: [] }));
  clock.see(70_000, seenAt({ asked: ['s1.devops.com'], failing: [] }));
  clock.until(120_000);
  expect(clock.lines()).toEqual(['40000 began site-failing s3.devops.com', '90000 over site-failing s3.devops.com']);
});

test('when a pool is back, sites that wait for their turn are not told as failing', () => {
  const clock = alertClock();
  for (let at = 0; at <= 60_000; at += 5_000)
    clock.see(at, seenAt({ asked: ['s1.devops.com'], failing: sites, poolDown: 'poolDown' }));
  clock.see(65_000, seenAt({ asked: ['s1.devops.com'], failing: sites.slice(1) }));
  // For minutes nobody asks for the others.
  for (let at = 70_000; at <= 300_000; at += 5_000)
    clock.see(at, seenAt({ asked: ['s1.devops.com'], failing: sites.slice(1) }));
  clock.see(305_000, seenAt({ asked: ['s2.devops.com', 's3.devops.com'], failing: [] }));
  clock.until(600_000);
  expect(clock.lines().filter((line) => line.includes('site-failing'))).toEqual([]);
  expect(clock.lines()).toContain('90000 over pool-down web');
});

test('after a restart what was told of a site is not told again, and is over only when it was asked', () => {
  const clock = alertClock();
  for (let at = 0; at <= 60_000; at += 5_000)
    clock.see(at, seenAt({ asked: ['s3.devops.com'], failing: ['s3.devops.com'] }));
  clock.restart();
  clock.see(65_000, seenAt({ asked: ['s1.devops.com'], failing: [], known: ['s1.devops.com'] }));
  clock.until(200_000);
  expect(clock.lines()).toEqual(['40000 began site-failing s3.devops.com']);
  clock.see(205_000, seenAt({ asked: ['s3.devops.com'], failing: [] }));
  clock.until(300_000);
  expect(clock.lines().at(-1)).toMatch(/ over site-failing s3.devops.com$/);
});
