import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { keepalivedGarp, type Tracker } from '../model/failover-settings.ts';
import { referenceModel } from '../model/reference-model.ts';
import { proveVrrp, vrrpRefusals } from './prove-vrrp.ts';
import { vrrpSetup, type VrrpRouter, type VrrpSetup } from './vrrp-setup.ts';

const poll = { kind: 'poll', asker: 'process', intervalMs: 2000, timeoutMs: 2000, fall: 1, rise: 1 } as const;

function checks(weight: number): readonly Tracker[] {
  return [{ name: 'check', notices: ['dead', 'hung'], detection: poll, weight }];
}

/** A pair as somebody wrote it by hand. */
function pair(priorities: readonly number[], settings: Partial<VrrpRouter>): VrrpSetup {
  const routers = priorities.map((priority, index): VrrpRouter => ({
    balancer: `lb${index + 1}`,
    priority,
    advertMs: 1000,
    preempt: { kind: 'at-once' },
    trackers: checks(0),
    keepalivedDeath: { addresses: 'stay', restartMs: undefined },
    garp: keepalivedGarp,
    ...settings,
  }));
  return { instances: [{ name: 'VI_1', vrid: 51, version: 2, routers }], singleBalancer: 'refused' };
}

const short = (setup: VrrpSetup): readonly string[] => vrrpRefusals(setup).map(({ code, fault }) => `${code} ${fault}`);

test('weight 0 is not refused', () => {
  expect(vrrpRefusals(pair([152, 101], {}))).toEqual([]);
});

test('152 and 101 with a check weight of 3: the numbers are in the sentence', () => {
  const [first, ...rest] = vrrpRefusals(pair([152, 101], { trackers: checks(-3) }));
  expect(first).toEqual({
    code: 'weight-too-small',
    fault: 'nginx-dead:lb1',
    vip: 'VI_1',
    message:
      "nginx-dead:lb1 never moves VI_1: lb1 goes on with priority 149 (152, weight -3), and 149 is not below lb2's 101",
    fix: 'give every tracker weight 0, so that a failure is FAULT and the next balancer takes over at once',
  });
  expect(rest.map(({ fault }) => fault)).toEqual(['nginx-hung:lb1']);
  const [positive] = vrrpRefusals(pair([152, 101], { trackers: checks(3) }));
  expect(positive?.message).toContain("priority 152 (152, weight +3), and 152 is not below lb2's 104");
});

test('a weight that is large enough is slow, and not refused', () => {
  expect(vrrpRefusals(pair([150, 100], { trackers: checks(-60) }))).toEqual([]);
});

test('weight with nopreempt', () => {
  const refusals = vrrpRefusals(pair([150, 100], { trackers: checks(-60), preempt: { kind: 'never' } }));
  expect(refusals.map(({ code }) => code)).toEqual(['weight-with-nopreempt', 'weight-with-nopreempt']);
  expect(refusals[0]?.message).toContain(
    'lb1 goes on with priority 90 (150, weight -60), and with nopreempt lb2 (100)',
  );
});

test('weight with a preempt delay: with its arithmetic', () => {
  const [first] = vrrpRefusals(pair([150, 100], { trackers: checks(-60), preempt: { kind: 'after', delayMs: 8000 } }));
  expect(first?.code).toBe('weight-with-preempt-delay');
  // 2000 + 1000 + 8000 + 3000 + 610 + 100.
  expect(first?.message).toContain('only after up to 14710 ms');
  expect(short(pair([150, 100], { preempt: { kind: 'after', delayMs: 8000 } }))).toEqual([]);
});

test('equal priorities', () => {
  expect(short(pair([100, 100], {}))).toEqual(['equal-priorities partition:lb1=lb2']);
});

test('nothing watches NGINX', () => {
  expect(short(pair([150, 100], { trackers: [] }))).toEqual(['no-holder nginx-dead:lb1', 'no-holder nginx-hung:lb1']);
});

test('one balancer is refused unless it was accepted; its useless weight is refused in any case', () => {
  const single = pair([150], { keepalivedDeath: { addresses: 'removed', restartMs: 500 } });
  expect(short(single)).toEqual([
    'no-holder nginx-dead:lb1',
    'no-holder nginx-hung:lb1',
    'no-holder keepalived-dead:lb1',
    'no-holder keepalived-killed:lb1',
    'no-holder balancer-off:lb1',
    'no-holder link-cut:lb1',
  ]);
  expect(short({ ...single, singleBalancer: 'accepted' })).toEqual([]);
  const useless = { ...pair([152, 101], { trackers: checks(-3) }), singleBalancer: 'accepted' } as const;
  expect(short(useless)[0]).toBe('weight-too-small nginx-dead:lb1');
});

test("evenkeel's own model is not refused; the tutorial's pair is, for it never notices a hung NGINX", () => {
  expect(vrrpRefusals(vrrpSetup(exampleModel()))).toEqual([]);
  expect(short(vrrpSetup(referenceModel(exampleModel())))).toEqual([
    'no-holder nginx-hung:lb1',
    'no-holder nginx-hung:lb2',
  ]);
});

test('proveVrrp has every fault of balancers and paths, each with every instance', () => {
  const { singles } = proveVrrp(pair([150, 100], {}));
  expect(singles).toHaveLength(2 * 6 + 2 + 1);
  expect(singles.every(({ vips }) => vips.length === 1)).toBe(true);
});
