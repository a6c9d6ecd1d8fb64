import { describe, expect, test } from 'vitest';
import { smallModel } from '../../test/kit/small-edge.ts';
import type { BalancerNow } from './balancer-now.ts';
import { chooseHolder } from './choose-holder.ts';
import { whyUnfit } from './obstacle.ts';

const [vip] = smallModel.vips;
if (vip === undefined) throw new Error('the small model has a VIP');
const three = {
  ...vip,
  claims: [...vip.claims, { balancer: 'lb3', priority: 230 }],
} as const;

const well = { keepalived: 'active', nginx: false, hangs: false, isolated: false, blind: false };
const now = (name: string, more: Partial<BalancerNow> = {}): BalancerNow => ({
  name,
  silent: '',
  holds: [],
  unfit: undefined,
  drained: false,
  settling: false,
  yielded: [],
  claims: new Set(),
  ...more,
});

describe('the next holder', () => {
  test('is the one with the highest priority that answers and is fit', () => {
    expect(chooseHolder(three, [now('lb3'), now('lb2'), now('lb1')], 'lb1')).toBe('lb2');
    expect(chooseHolder(three, [now('lb2'), now('lb1')], 'lb3')).toBe('lb1');
  });

  test.each<readonly [string, Partial<BalancerNow>]>([
    ['silent', { silent: 'no route' }],
    ['drained', { drained: true }],
    ['without keepalived', { unfit: whyUnfit('lb2', { ...well, keepalived: 'failed' }) }],
    ['without NGINX', { unfit: whyUnfit('lb2', { ...well, nginx: true }) }],
    ['hung', { unfit: whyUnfit('lb2', { ...well, hangs: true }) }],
    ['isolated', { unfit: whyUnfit('lb2', { ...well, isolated: true }) }],
    ['blind', { unfit: whyUnfit('lb2', { ...well, blind: true }) }],
    ['one that left this VIP to another', { yielded: ['vip1'] }],
  ])('is not one that is %s', (_, what) => {
    expect(chooseHolder(three, [now('lb1'), now('lb2', what), now('lb3')], 'lb1')).toBe('lb3');
    expect(chooseHolder(three, [now('lb1'), now('lb2', what)], 'lb1')).toBeUndefined();
  });

  test('is one that is still watched only when there is no other', () => {
    const settling = now('lb2', { settling: true });
    expect(chooseHolder(three, [now('lb1'), settling, now('lb3')], 'lb1')).toBe('lb3');
    expect(chooseHolder(three, [now('lb1'), settling], 'lb1')).toBe('lb2');
  });

  test('may be one that left another VIP', () => {
    expect(chooseHolder(three, [now('lb1'), now('lb2', { yielded: ['vip2'] })], 'lb1')).toBe('lb2');
  });
});
