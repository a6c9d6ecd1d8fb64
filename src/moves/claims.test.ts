import { describe, expect, test } from 'vitest';
import { smallModel } from '../../test/kit/small-edge.ts';
import type { BalancerNow } from './balancer-now.ts';
import { chooseHolder } from './choose-holder.ts';
import { claimsFor } from './claims.ts';

const [vip1] = smallModel.vips;
if (vip1 === undefined) throw new Error('the small model has a VIP');

describe('claims', () => {
  test('another balancer is raised above every dealt priority before the others are lowered', () => {
    expect(claimsFor(vip1, 'lb2')).toEqual([
      { balancer: 'lb2', vip: 'vip1', value: 14 },
      { balancer: 'lb1', vip: 'vip1', value: 0 },
    ]);
  });

  test('the preferred balancer ends without a claim, and is raised until the others have none', () => {
    expect(claimsFor(vip1, 'lb1')).toEqual([
      { balancer: 'lb1', vip: 'vip1', value: 4 },
      { balancer: 'lb2', vip: 'vip1', value: 0 },
      { balancer: 'lb1', vip: 'vip1', value: 0 },
    ]);
  });

  test('a balancer that has no priority for the VIP gets none', () => {
    expect(claimsFor(vip1, 'lb3')).toEqual([]);
  });
});

describe('the next holder', () => {
  const well = (name: string, more: Partial<BalancerNow> = {}): BalancerNow => ({
    name,
    silent: '',
    holds: [],
    unfit: '',
    drained: false,
    claims: new Map(),
    ...more,
  });

  test('is the one with the highest priority that answers and is fit', () => {
    expect(chooseHolder(vip1, [well('lb2'), well('lb1')], 'lb1')).toBe('lb2');
    expect(chooseHolder(vip1, [well('lb2'), well('lb1')], 'lb3')).toBe('lb1');
  });

  test('is nobody when the others are silent or unfit', () => {
    expect(chooseHolder(vip1, [well('lb1'), well('lb2', { silent: 'no route' })], 'lb1')).toBeUndefined();
    expect(chooseHolder(vip1, [well('lb1'), well('lb2', { unfit: 'it is drained' })], 'lb1')).toBeUndefined();
  });
});
