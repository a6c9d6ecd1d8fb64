import { describe, expect, it } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { proveFaults } from './prove.ts';

const model = exampleModel();

describe('a VIP whose address is on a second balancer', () => {
  const { vips, served, notes } = proveFaults(model, [{ kind: 'two-holders', vip: 'vip1', second: 'lb2' }]);

  it('is left to the first one, for the time that neighbours need to learn of it', () => {
    expect(vips.map(({ vip, holders, connections }) => [vip, holders, connections])).toEqual([
      ['vip1', ['lb1'], 'broken'],
      ['vip2', ['lb2'], 'kept'],
    ]);
    expect(vips.map(({ outage }) => outage)).toMatchObject([{ kind: 'bounded', ms: 100 }, { kind: 'none' }]);
    expect(served).toBe('everybody');
  });

  it('has a note about the time with two holders', () => {
    expect(notes).toEqual([
      'vip1 is held by two balancers until the witnesses have settled it, within 2 s; both answer',
    ]);
  });
});

it('a stranger with our number moves nothing', () => {
  const { vips, outage } = proveFaults(model, [{ kind: 'foreign-vrrp', vip: 'vip1', from: 'dns1' }]);
  expect(outage).toEqual({ kind: 'none' });
  expect(vips.map(({ holders }) => holders)).toEqual([['lb1'], ['lb2']]);
});
