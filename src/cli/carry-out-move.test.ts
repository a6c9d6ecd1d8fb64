import { describe, expect, test } from 'vitest';
import { moveEdge } from '../../test/kit/move-edge.ts';
import { smallModel } from '../../test/kit/small-edge.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { carryOutMove } from './carry-out-move.ts';

const drain = (subject: string) => ({ does: 'drain', subject, target: '' }) as const;

/** A pool whose second backend is well and drained. */
const oneLeft = [
  {
    pool: 'web',
    panic: false,
    empty: false,
    backends: [
      { name: 'web1:80', belief: 'up', use: 'up' },
      { name: 'web2:80', belief: 'up', use: 'drain' },
    ],
  },
];

describe('the last backend of a pool', () => {
  test('is not drained from the page: nothing is changed, and the command that does it is said', async () => {
    const edge = moveEdge(smallModel);
    edge.backends('lb2', { drained: ['web2:80'], pools: oneLeft });
    const fault = await thrownFault(carryOutMove(edge.world, drain('web1:80')));
    expect(fault).toMatchObject({
      code: 'unhealthy',
      message: 'without web1:80, pool web would have no backend left that is up: new clients get errors',
      state: 'nothing was changed',
      next: 'to drain it all the same: evenkeel drain --yes web1:80',
    });
    expect(edge.said).toEqual([]);
  });

  test('is put back, and another one is drained', async () => {
    const edge = moveEdge(smallModel);
    edge.backends('lb2', { drained: ['web2:80'], pools: oneLeft });
    await carryOutMove(edge.world, { does: 'undrain', subject: 'web2:80', target: '' });
    await carryOutMove(edge.world, drain('web2:80'));
    expect(edge.said).toContain('lb1 undrain-backend name=web2:80');
    expect(edge.said).toContain('lb2 drain-backend name=web2:80');
  });
});

describe('what is done in part says first what is left', () => {
  test('a backend of which one balancer was not told', async () => {
    const edge = moveEdge(smallModel);
    edge.mute('lb2');
    const { state, note } = await carryOutMove(edge.world, drain('web1:80'));
    expect(state).toBe('partial');
    expect(note.split('\n')).toEqual([
      'lb2 could not be told to drain web1:80',
      'web1:80 gets no new clients from lb1',
      expect.stringMatching(/^lb2 was not told: .*; evenkeel drain web1:80 again later$/),
    ]);
    edge.wake('lb2');
    expect(await carryOutMove(edge.world, drain('web1:80'))).toMatchObject({ state: 'done' });
  });

  test('a balancer that has connections at the deadline', async () => {
    const edge = moveEdge(smallModel, { deadlineMs: 100 });
    edge.connections('lb1', [2, 2, 1]);
    const { state, note } = await carryOutMove(edge.world, drain('lb1'));
    expect([state, note.split('\n')[0]]).toEqual(['partial', '1 connection is still open on lb1']);
    edge.connections('lb1', [0]);
    expect(await carryOutMove(edge.world, drain('lb1'))).toMatchObject({ state: 'done' });
  });
});
