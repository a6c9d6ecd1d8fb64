import { describe, expect, test } from 'vitest';
import { smallModel } from '../../test/kit/small-edge.ts';
import { claimsFor } from './claims.ts';

const [vip1] = smallModel.vips;
if (vip1 === undefined) throw new Error('the small model has a VIP');

describe('claims', () => {
  test('another balancer is raised above every dealt priority before the others are lowered', () => {
    expect(claimsFor(vip1, 'lb2')).toEqual([
      { balancer: 'lb2', vip: 'vip1', value: 1 },
      { balancer: 'lb1', vip: 'vip1', value: 0 },
    ]);
  });

  test('the preferred balancer ends without a claim, and is raised until the others have none', () => {
    expect(claimsFor(vip1, 'lb1')).toEqual([
      { balancer: 'lb1', vip: 'vip1', value: 1 },
      { balancer: 'lb2', vip: 'vip1', value: 0 },
      { balancer: 'lb1', vip: 'vip1', value: 0 },
    ]);
  });

  test('a balancer that has no priority for the VIP gets none', () => {
    expect(claimsFor(vip1, 'lb3')).toEqual([]);
  });
});
