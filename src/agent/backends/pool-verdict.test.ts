import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AgentPool } from '../../model/agent-config.ts';
import { resolveCheck } from '../../model/resolve-check.ts';
import type { HealthState } from './backend-health.ts';
import { judgePools } from './pool-verdict.ts';
import type { EdgeVerdict, PeerSightings, Reach, Sighting, VerdictInput } from './pool-verdict.ts';
import { poolsDocument, sameDocument } from './pools-document.ts';

interface Given {
  readonly own: readonly HealthState[];
  readonly peer?: readonly HealthState[];
  readonly ageMs?: number;
  readonly drained?: readonly string[];
  readonly panicPercent?: number;
  readonly backups?: number;
}

function poolOf(size: number, { panicPercent = 50, backups = 0 }: Pick<Given, 'panicPercent' | 'backups'>): AgentPool {
  return {
    name: 'web',
    check: resolveCheck({ 'slow-start': '30s' }),
    panicPercent,
    backends: Array.from({ length: size }, (_, index) => ({
      name: `web${index + 1}:80`,
      address: `192.0.2.${index + 1}`,
      port: 80,
      weight: 1,
      backup: index >= size - backups,
    })),
  };
}

function sightings(states: readonly HealthState[]): readonly Sighting[] {
  return states.map((state, index) => ({ pool: 'web', backend: `web${index + 1}:80`, state }));
}

function inputOf(given: Given): VerdictInput {
  const peer: readonly PeerSightings[] =
    given.peer === undefined ? [] : [{ balancer: 'lb2', ageMs: given.ageMs ?? 0, views: sightings(given.peer) }];
  return {
    pools: [poolOf(given.own.length, given)],
    own: sightings(given.own),
    peers: peer,
    freshMs: 3000,
    drained: new Set(given.drained),
  };
}

function uses(verdict: EdgeVerdict): readonly string[] {
  return verdict.pools.flatMap(({ backends }) => backends.map(({ use }) => use));
}

function usesOf(given: Given): string {
  return uses(judgePools(inputOf(given))).join(' ');
}

describe('judgePools', () => {
  it('uses what is up or not judged yet', () => {
    expect(usesOf({ own: ['up', 'unknown', 'down'] })).toBe('up up down');
    expect(uses(judgePools({ ...inputOf({ own: ['down', 'down'] }), own: [] }))).toEqual(['up', 'up']);
  });

  it('tells a dead backend from one that only this balancer does not reach', () => {
    const verdict = judgePools(inputOf({ own: ['up', 'down', 'down'], peer: ['up', 'up', 'down'], panicPercent: 0 }));
    expect(verdict.pools[0]?.backends.map(({ belief, seenUpBy }) => [belief, seenUpBy])).toEqual([
      ['up', ['lb2']],
      ['unreachable-from-here', ['lb2']],
      ['down', []],
    ]);
    expect(verdict).toMatchObject({ reach: 'some', pools: [{ panic: false, empty: false }] });
    expect(uses(verdict)).toEqual(['up', 'down', 'down']);
  });

  it('does not believe what a peer told long ago', () => {
    const old = inputOf({ own: ['down'], peer: ['up'], ageMs: 3001 });
    expect(judgePools(old)).toMatchObject({ reach: 'unknown', pools: [{ backends: [{ belief: 'down' }] }] });
  });

  it.each<[string, Given, string]>([
    ['half of them up is enough', { own: ['up', 'down'] }, 'up down'],
    ['a third is not', { own: ['up', 'down', 'down'] }, 'up up up'],
    ['none', { own: ['down', 'down'] }, 'up up'],
    ['none, and no panic is wanted', { own: ['down', 'down'], panicPercent: 0 }, 'down down'],
    ['every missing one is panic', { own: ['up', 'up', 'down'], panicPercent: 100 }, 'up up up'],
    ['a backup that is up stands in', { own: ['down', 'down', 'up'], backups: 1 }, 'down down up'],
    ['a backup does not count beside others', { own: ['up', 'up', 'down'], backups: 1 }, 'up up down'],
    ['a backup that is down is used with all', { own: ['down', 'down', 'down'], backups: 1 }, 'up up up'],
    ['what is drained does not count', { own: ['up', 'down', 'up'], drained: ['web3:80'] }, 'up down drain'],
    ['only a backup is not drained', { own: ['up', 'down'], drained: ['web1'], backups: 1 }, 'drain up'],
  ])('panic: %s', (_why, given, expected) => {
    expect(usesOf(given)).toBe(expected);
  });

  it('drains by name with or without the port, and lets go of what is down', () => {
    expect(usesOf({ own: ['up', 'up', 'down'], drained: ['web1', 'web3:80', 'web'] })).toBe('drain up down');
    expect(judgePools(inputOf({ own: ['up'], drained: ['web1'] }))).toMatchObject({ pools: [{ empty: true }] });
  });

  it.each<[Given, Reach]>([
    [{ own: ['down', 'down'], peer: ['down', 'up'] }, 'blind'],
    [{ own: ['down', 'down'], peer: ['down', 'down'] }, 'nobody'],
    [{ own: ['down', 'down'], peer: ['down', 'unknown'] }, 'unknown'],
    [{ own: ['down', 'down'] }, 'unknown'],
    [{ own: ['down', 'down'], peer: ['up', 'up'], ageMs: 60_000 }, 'unknown'],
    [{ own: ['down', 'down'], peer: ['down', 'down'], ageMs: 60_000 }, 'unknown'],
    [{ own: ['down', 'unknown'], peer: ['up', 'up'] }, 'unknown'],
    [{ own: ['down', 'up'], peer: ['up', 'up'] }, 'some'],
  ])('reaches: %j', (one, expected) => {
    expect(judgePools(inputOf(one)).reach).toBe(expected);
  });

  it('reaches all there is without backends', () => {
    expect(judgePools({ ...inputOf({ own: [] }), pools: [] }).reach).toBe('some');
  });

  const states = fc.array(fc.constantFrom<HealthState>('up', 'down', 'unknown'), { minLength: 1, maxLength: 8 });
  const given: fc.Arbitrary<Given> = fc
    .record({
      own: states,
      peer: states,
      ageMs: fc.integer({ min: 0, max: 6000 }),
      drained: fc.subarray(['web1', 'web2:80', 'web3', 'web4:80', 'web5']),
      panicPercent: fc.integer({ min: 0, max: 100 }),
    })
    .chain((one) => fc.integer({ min: 0, max: one.own.length - 1 }).map((backups): Given => ({ ...one, backups })));

  it('never leaves a pool empty by itself, unless panic is off', () => {
    fc.assert(
      fc.property(given, (one) => {
        const verdict = judgePools(inputOf({ ...one, panicPercent: Math.max(1, one.panicPercent ?? 50) }));
        const [pool] = verdict.pools;
        if (pool?.backends.some(({ drained }) => !drained) === true) expect(pool.empty).toBe(false);
        expect(pool?.empty).toBe(!uses(verdict).includes('up'));
      }),
    );
  });

  it('panic only adds, and touches nothing that is drained', () => {
    fc.assert(
      fc.property(given, (one) => {
        const calm = uses(judgePools(inputOf({ ...one, panicPercent: 0 })));
        for (const [index, use] of uses(judgePools(inputOf(one))).entries()) {
          if (use !== calm[index]) expect([calm[index], use]).toEqual(['down', 'up']);
        }
      }),
    );
  });

  it('alone is never blind, and neither is one that reaches something', () => {
    fc.assert(
      fc.property(given, (one) => {
        const input = inputOf(one);
        for (const alone of [
          { ...input, peers: [] },
          { ...input, freshMs: -1 },
        ])
          expect(['some', 'unknown']).toContain(judgePools(alone).reach);
        if (one.own.includes('up')) expect(judgePools(input).reach).toBe('some');
      }),
    );
  });

  it('two balancers that tell each other the same truth are never both blind', () => {
    fc.assert(
      fc.property(states, states, (one, other) => {
        const here = judgePools(inputOf({ own: one, peer: other }));
        const there = judgePools(inputOf({ own: other, peer: one }));
        expect([here.reach, there.reach]).not.toEqual(['blind', 'blind']);
      }),
    );
  });
});

describe('poolsDocument', () => {
  it('tells NGINX everything about each backend', () => {
    const document = poolsDocument(judgePools(inputOf({ own: ['up', 'down'], drained: ['web1'], panicPercent: 0 })), 7);
    expect(document).toEqual({
      version: 7,
      pools: {
        web: {
          slowStartMs: 30_000,
          backends: [
            { id: 'web1:80', address: '192.0.2.1', port: 80, weight: 1, backup: false, state: 'drain' },
            { id: 'web2:80', address: '192.0.2.2', port: 80, weight: 1, backup: false, state: 'down' },
          ],
        },
      },
    });
  });

  it('says the same whatever its version', () => {
    const up = judgePools(inputOf({ own: ['up', 'up'] }));
    expect(sameDocument(poolsDocument(up, 1), poolsDocument(up, 2))).toBe(true);
    expect(sameDocument(poolsDocument(up, 1), poolsDocument(judgePools(inputOf({ own: ['up', 'down'] })), 1))).toBe(
      false,
    );
  });
});
