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
