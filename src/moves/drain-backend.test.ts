import { describe, expect, test } from 'vitest';
import { moveEdge, type MoveEdge } from '../../test/kit/move-edge.ts';
import { smallModel } from '../../test/kit/small-edge.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import type { DrainedBackend } from '../facts/planned-moves.ts';
import type { Model } from '../model/model.ts';
import { drainBackend } from './drain-backend.ts';
import { emptiedPools, lookAtBackends } from './look-at-backend.ts';

const [web] = smallModel.pools;
if (web === undefined) throw new Error('the small model has a pool');
const [first] = web.backends;
const twoPools: Model = { ...smallModel, pools: [web, { ...web, name: 'api', backends: [{ ...first, port: 8080 }] }] };

async function turn({ world }: MoveEdge, name: string, does: 'drain' | 'undrain'): Promise<DrainedBackend> {
  return drainBackend(world, { name, does, sights: await lookAtBackends(world) });
}

async function emptied({ world }: MoveEdge, name: string): Promise<readonly string[]> {
  return emptiedPools(world, name, await lookAtBackends(world));
}

describe('a backend', () => {
  test('in several pools is drained in all of them, and which is said', async () => {
    const edge = moveEdge(twoPools);
    expect(await turn(edge, 'web1', 'drain')).toEqual({
      backend: 'web1',
      does: 'drain',
      pools: ['web', 'api'],
      before: [],
      also: [],
      told: ['lb1', 'lb2'],
      silent: [],
    });
    expect(await turn(edge, 'web1:8080', 'drain')).toMatchObject({ pools: ['api'] });
    expect(edge.said).toContain('lb2 drain-backend name=web1');
  });

  test('that is not drained by this name, but by another, is told', async () => {
    const edge = moveEdge(smallModel);
    edge.backends('lb1', { drained: ['web1:80'] });
    expect(await turn(edge, 'web1', 'undrain')).toMatchObject({ before: [], also: ['web1:80'] });
    expect(await turn(edge, 'web1:80', 'undrain')).toMatchObject({ before: ['lb1'], also: [] });
  });

  test('is told to who answers; when nobody does, nothing was changed', async () => {
    const edge = moveEdge(smallModel);
    edge.mute('lb1');
    expect(await turn(edge, 'web1', 'drain')).toMatchObject({ told: ['lb2'], silent: [{ balancer: 'lb1' }] });
    edge.mute('lb2');
    const fault = await thrownFault(turn(edge, 'web1', 'drain'));
    expect(fault).toMatchObject({ code: 'host-unreachable', state: 'nothing was changed' });
  });
});

describe('a pool would be empty without a backend', () => {
  const pool = (use: string, panic = false) => [
    {
      pool: 'web',
      panic,
      empty: false,
      backends: [
        { name: 'web1:80', belief: 'up', use: 'up' },
        { name: 'web2:80', belief: 'down', use },
      ],
    },
  ];

  test('when it has no other', async () => {
    expect(await emptied(moveEdge(twoPools), 'web1')).toEqual(['api']);
    expect(await emptied(moveEdge(twoPools), 'web2')).toEqual([]);
  });

  test.each(['down', 'drain'])('when a balancer has the other one as %s', async (use) => {
    const edge = moveEdge(smallModel);
    edge.backends('lb1', { pools: pool('up') });
    expect(await emptied(edge, 'web1')).toEqual([]);
    edge.backends('lb2', { pools: pool(use) });
    expect(await emptied(edge, 'web1')).toEqual(['web']);
    expect(await emptied(edge, 'web2')).toEqual([]);
  });
});
