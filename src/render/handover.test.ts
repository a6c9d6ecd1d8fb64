import { describe, expect, test } from 'vitest';
import { address, smallModel } from '../../test/kit/small-edge.ts';
import type { Balancer, Model } from '../model/model.ts';
import { printNftTable } from '../syntax/nftables.ts';
import { handoverTables, renderHandover } from './handover.ts';

const [lb1, lb2] = smallModel.balancers;
if (lb1 === undefined || lb2 === undefined) throw new Error('the small model has two balancers');
const lb3: Balancer = { ...lb2, name: 'lb3', addresses: [address('192.168.10.13')] };
const three: Model = {
  ...smallModel,
  balancers: [lb1, lb2, lb3],
  vips: smallModel.vips.map((vip) => ({ ...vip, claims: [...vip.claims, { balancer: 'lb3', priority: 230 }] })),
};

function text(model: Model, balancer: Balancer): string {
  return handoverTables(model, balancer).map(printNftTable).join('\n');
}

describe('packets of connections a balancer does not know', () => {
  test('of two balancers, go to the other, which is the last one asked', () => {
    expect(text(smallModel, lb1)).toContain('ip daddr @taken ip ttl set 2 dup to 192.168.10.12 drop');
    expect(text(smallModel, lb2)).toContain('ip daddr @taken ip ttl set 2 dup to 192.168.10.11 drop');
    expect(text(smallModel, lb1)).not.toContain('ip ttl 2 dup');
  });

  test('a RST goes there as a copy, and ends what is here', () => {
    expect(text(smallModel, lb1)).toContain('ip daddr @taken tcp flags rst ip ttl set 2 dup to 192.168.10.12 accept');
    expect(text(three, lb2)).toContain('ip daddr @taken tcp flags rst ip ttl set 3 dup to 192.168.10.13 accept');
    expect(text(three, lb2)).toContain('ip ttl 2 tcp flags rst dup to 192.168.10.13 accept');
  });

  test('of three, go round: each asks the next, and the last one answers', () => {
    expect(text(three, lb1)).toContain('ip ttl set 3 dup to 192.168.10.12 drop');
    expect(text(three, lb2)).toContain('ip ttl 2 dup to 192.168.10.13 drop');
    expect(text(three, lb3)).toContain('ip ttl 2 dup to 192.168.10.11 drop');
  });

  test('stay where they are without an address of that family, and without another balancer', () => {
    const vips = smallModel.vips.map((vip) => ({ ...vip, ipv6: address('fd00::100') }));
    expect(handoverTables({ ...smallModel, vips }, lb1).map((table) => table.family)).toEqual(['ip']);
    expect(renderHandover({ ...smallModel, balancers: [lb1] }, lb1)).toEqual([]);
  });
});
