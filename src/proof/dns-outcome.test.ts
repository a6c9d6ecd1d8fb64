import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { parseAddress } from '../base/address.ts';
import { addressOutage, handsOut, nameserverOutcomes, resolverOutage } from './dns-outcome.ts';
import type { Outage, VipOutcome } from './promise.ts';

const model = exampleModel();
const checked = { kind: 'checked', intervalMs: 1000, timeoutMs: 1000 } as const;
const fixed = { kind: 'static' } as const;

const stuck: Outage = { kind: 'until-repaired', why: 'test' };
const short: Outage = { kind: 'bounded', ms: 57, terms: [{ what: 'test', ms: 57 }] };

function vip(name: string, working: readonly string[], outage: Outage): VipOutcome {
  return { vip: name, holders: working, working, outage, connections: 'kept' };
}

function told(outage: Outage): number | string {
  return outage.kind === 'bounded' ? outage.ms : outage.kind;
}

test('a checked VIP that answers nowhere is left out; all are handed out when none answers', () => {
  const answers = (serving: readonly string[], health: typeof checked | typeof fixed = checked): unknown =>
    handsOut(model)({ health, serving: new Set(serving), lost: new Set() }).get('dns1');
  expect(answers(['vip1', 'vip2'])).toEqual(['vip1', 'vip2']);
  expect(answers(['vip2'])).toEqual(['vip2']);
  expect(answers([])).toEqual(['vip1', 'vip2']);
  expect(answers(['vip2'], fixed)).toEqual(['vip1', 'vip2']);
});

test('a nameserver beyond a lost router sees no VIP, and hands out all', () => {
  const [vip1, vip2] = model.vips;
  if (vip1 === undefined || vip2 === undefined) throw new Error('the example has two VIPs');
  const split = { ...model, vips: [vip1, { ...vip2, network: 'far' }] };
  const handedOut = handsOut(split)({ health: checked, serving: new Set(['vip1', 'vip2']), lost: new Set(['far']) });
  expect(nameserverOutcomes(handedOut, new Set(['dns2']))).toEqual([
    { nameserver: 'dns1', answers: true, vips: ['vip1'] },
    { nameserver: 'dns2', answers: false, vips: [] },
  ]);
});

test('a VIP that is gone for good is left out after interval and timeout, if it is checked and another one answers', () => {
  const lost = new Set<string>();
  const one = [vip('vip1', [], stuck), vip('vip2', ['lb2'], short)];
  expect(told(addressOutage(one, { health: checked, lost }))).toBe(2100);
  expect(told(addressOutage(one, { health: fixed, lost }))).toBe('until-repaired');
  expect(told(addressOutage([vip('vip1', [], stuck)], { health: checked, lost }))).toBe('until-repaired');
  // It still answers some: a check may be led to where it works.
  const half = [vip('vip1', ['lb1'], stuck), vip('vip2', ['lb2'], short)];
  expect(told(addressOutage(half, { health: checked, lost }))).toBe('until-repaired');
});

test('each dead resolver costs a timeout; resolvers of somebody else ask the nameservers that are left', () => {
  expect(told(resolverOutage(model, new Set()))).toBe('none');
  expect(told(resolverOutage(model, new Set(['dns1'])))).toBe(1100);
  expect(told(resolverOutage(model, new Set(['dns1', 'dns2'])))).toBe('until-repaired');
  const address = parseAddress('192.0.2.1');
  const foreign = { ...model, resolvers: address === undefined ? [] : [address] };
  expect(told(resolverOutage(foreign, new Set(['dns1'])))).toBe(1100);
  expect(told(resolverOutage(foreign, new Set(['dns1', 'dns2'])))).toBe('until-repaired');
});
