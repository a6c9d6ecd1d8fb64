import { describe, expect, test } from 'vitest';
import { modelOfSites } from '../../test/kit/example-model.ts';
import { statusWorld } from '../../test/kit/status-world.ts';
import { ignoreEvents } from '../base/event.ts';
import type { StatusFacts } from '../facts/status-facts.ts';
import { observeStatus } from '../observe/status-observe.ts';
import type { LookTurns } from './edge-status.ts';
import { type EdgeView, emptyView } from './edge-view.ts';
import { judgeStatus } from './status-judge.ts';
import { viewOfFailedLook, viewOfStatus } from './status-view.ts';
import { updatedView } from './view-change.ts';

const model = modelOfSites(2);

async function facts(): Promise<StatusFacts> {
  const now = (): Date => new Date('2026-11-22T09:00:00Z');
  return observeStatus({ model, ...statusWorld(model), now, emit: ignoreEvents });
}

function viewAfter(before: EdgeView, seen: StatusFacts): EdgeView {
  return updatedView(before, viewOfStatus(before, judgeStatus(model, seen), 100));
}

describe('certificates', () => {
  test('one row for all who serve it', async () => {
    const { certificates } = viewAfter(emptyView, await facts());
    expect(
      certificates.map(({ site, servedAt, alsoAt }) => [site, servedAt, alsoAt?.map((one) => one.servedAt)]),
    ).toEqual([
      ['s1.devops.com', 'vip1', ['vip2', 'lb1', 'lb2']],
      ['s2.devops.com', 'vip1', ['vip2', 'lb1', 'lb2']],
    ]);
  });

  test('another row where another one is served, and none is said to be elsewhere when it is not', async () => {
    const seen = await facts();
    const sites = seen.sites.map((answer) =>
      answer.target !== 'lb2' || answer.certificate === undefined
        ? answer
        : { ...answer, certificate: { ...answer.certificate, fingerprint: 'BB' } },
    );
    const { certificates } = viewAfter(emptyView, { ...seen, sites });
    const [first, other] = certificates.filter(({ site }) => site === 's1.devops.com');
    expect(first?.alsoAt?.map((one) => one.servedAt)).toEqual(['vip2', 'lb1']);
    expect(other).toMatchObject({ servedAt: 'lb2', fingerprint: 'BB' });
    expect(other).not.toHaveProperty('alsoAt');
  });
});

test('the same addresses in another order are no news', async () => {
  const seen = await facts();
  const before = viewAfter(emptyView, seen);
  const nameservers = seen.nameservers.map((one) => ({
    ...one,
    names: one.names.map((answer) => ({ ...answer, addresses: answer.addresses.toReversed() })),
  }));
  expect(before.nameservers[0]?.names[0]?.addresses).toHaveLength(2);
  expect(viewAfter(before, { ...seen, nameservers }).nameservers).toBe(before.nameservers);
});

test('how far the turns are stands with the look, also after one that failed', async () => {
  const turns: LookTurns = { sites: { all: 50, asked: ['s1.devops.com'], notYet: 30, oldestMs: 0 } };
  const status = { ...judgeStatus(model, await facts()), turns };
  const view = updatedView(emptyView, viewOfStatus(emptyView, status, 100));
  expect(view.look[0]?.turns).toEqual(turns);
  expect(viewOfFailedLook(view, 'no way out').look?.[0]).toMatchObject({ state: 'stale', turns });
  expect(viewAfter(view, await facts()).look[0]).not.toHaveProperty('turns');
});
