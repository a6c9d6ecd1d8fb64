import { describe, expect, test } from 'vitest';
import { keepalivedGarp, type GratuitousArp, type Tracker } from '../model/failover-settings.ts';
import type { VipOutcome } from './promise.ts';
import type { VrrpFault } from './vrrp-fault.ts';
import { vipJudge } from './vrrp-outcome.ts';
import type { VrrpInstance, VrrpRouter } from './vrrp-setup.ts';

const event: Tracker = { name: 'nginx', notices: ['dead'], detection: { kind: 'event', withinMs: 100 }, weight: 0 };
const asks: Tracker = {
  name: 'answers',
  notices: ['hung'],
  detection: { kind: 'poll', asker: 'process', intervalMs: 1000, timeoutMs: 1000, fall: 3, rise: 2 },
  weight: 0,
};
const weighted = (weight: number): Tracker => ({
  name: 'check',
  notices: ['dead'],
  detection: { kind: 'poll', asker: 'process', intervalMs: 2000, timeoutMs: 2000, fall: 1, rise: 1 },
  weight,
});

/** Routers a, b, c, ... with these priorities; the others of their settings are the same. */
function instance(
  priorities: readonly number[],
  settings: Partial<VrrpRouter> & { readonly version?: 2 | 3 } = {},
): VrrpInstance {
  const { version = 3, ...own } = settings;
  return {
    name: 'vip',
    vrid: 51,
    version,
    routers: priorities.map((priority, index) => ({
      balancer: 'abcdefgh'.charAt(index),
      priority,
      advertMs: 100,
      preempt: { kind: 'after', delayMs: 3000 },
      trackers: [event, asks],
      keepalivedDeath: { addresses: 'removed', restartMs: 500 },
      garp: { onLowerAdvert: true, answersHigher: true, refreshMs: 1000 },
      ...own,
    })),
  };
}

/** `holders/working` and the outage in milliseconds, or its kind. */
function told(outcome: VipOutcome): string {
  const { holders, working, outage } = outcome;
  return `${holders.join('+')}/${working.join('+')} ${outage.kind === 'bounded' ? outage.ms : outage.kind}`;
}

function under(which: VrrpInstance, ...faults: readonly VrrpFault[]): string {
  return told(vipJudge(which)(faults));
}

const on = (balancer: string, kind: Exclude<VrrpFault['kind'], 'partition'>): VrrpFault => ({ kind, balancer });
const deaf = (from: string, to: string): VrrpFault => ({ kind: 'partition', from, to, direction: 'one-way' });
const apart = (from: string, to: string): VrrpFault => ({ kind: 'partition', from, to, direction: 'two-way' });

describe('a pair with trackers of weight 0, adverts of 100 ms', () => {
  const pair = instance([250, 240]);

  test.each([
    // Detection 100, skew 16/256 x 100 = 6.25, take-over 100.
    ['nginx-dead', 'b/b 207'],
    // 1000 until a check begins, 2 x 1000, its timeout 1000, 3 processes 150, skew, take-over.
    ['nginx-hung', 'b/b 4257'],
    ['keepalived-dead', 'b/b 107'],
    // 3 x 100 + 6.25 + 100.
    ['keepalived-killed', 'b/b 407'],
    ['balancer-off', 'b/b 407'],
    ['link-cut', 'b/b 407'],
  ] as const)('%s of the holder', (kind, expected) => {
    expect(under(pair, on('a', kind))).toBe(expected);
  });

  test.each(['nginx-dead', 'nginx-hung', 'keepalived-dead', 'keepalived-killed', 'balancer-off'] as const)(
    '%s of the backup: nobody notices',
    (kind) => {
      expect(under(pair, on('b', kind))).toBe('a/a none');
    },
  );

  test('the backup that is cut off sees its carrier go: FAULT, not MASTER', () => {
    expect(under(pair, on('b', 'link-cut'))).toBe('a/a none');
  });

  test('partitions: who does not hear a better one is MASTER too', () => {
    expect(under(pair, deaf('a', 'b'))).toBe('a+b/a+b 100');
    expect(under(pair, deaf('b', 'a'))).toBe('a/a none');
    expect(under(pair, apart('a', 'b'))).toBe('a+b/a+b 100');
    expect(vipJudge(pair)([apart('a', 'b')]).connections).toBe('broken');
  });

  test('a goodbye that is not heard is silence', () => {
    expect(under(pair, on('a', 'keepalived-dead'), deaf('a', 'b'))).toBe('b/b 407');
    expect(under(pair, on('a', 'nginx-dead'), apart('a', 'b'))).toBe('b/b 407');
  });

  test('a backup that hangs and hears no holder draws clients away until it is found out', () => {
    // a hears b's goodbye, and tells the neighbours at once.
    expect(under(pair, on('b', 'nginx-hung'), deaf('a', 'b'))).toBe('a/a 4250');
  });

  test('a goodbye that nobody hears: neighbours are told with the next gratuitous ARP', () => {
    // 4150 until it is found out, 1000 and an advert of 100 until the next gratuitous ARP, take-over 100.
    expect(under(pair, on('a', 'nginx-hung'), apart('a', 'b'))).toBe('b/b 5350');
    // An NGINX that is dead is noticed before b takes over: its gratuitous ARP comes later anyway.
    expect(under(pair, on('a', 'nginx-dead'), apart('a', 'b'))).toBe('b/b 407');
  });

  test('both NGINX dead: nobody holds it', () => {
    expect(under(pair, on('a', 'nginx-dead'), on('b', 'nginx-dead'))).toBe('/ until-repaired');
  });

  test('power cut and the other cut off', () => {
    expect(under(pair, on('a', 'balancer-off'), on('b', 'link-cut'))).toBe('/ until-repaired');
  });

  test('every outage is the sum of its terms', () => {
    const { outage } = vipJudge(pair)([on('a', 'balancer-off')]);
    expect(outage).toEqual({
      kind: 'bounded',
      ms: 407,
      terms: [
        { what: 'master-down: 3 adverts of 100ms', ms: 300 },
        { what: 'skew: (256 - 240)/256 of 100ms', ms: 7 },
        { what: 'take-over: addresses, gratuitous ARP, first TLS handshake', ms: 100 },
      ],
    });
  });
});

describe("the tutorial's pair: 150 and 100, adverts of 1 s, weight -60", () => {
  const pair = instance([150, 100], {
    version: 2,
    advertMs: 1000,
    preempt: { kind: 'at-once' },
    trackers: [weighted(-60)],
    keepalivedDeath: { addresses: 'stay', restartMs: undefined },
    garp: keepalivedGarp,
  });

  test.each([
    // A check every 2000, then 3 x 1000 + 156/256 x 1000 = 609.4, take-over 100: 90 < 100.
    ['nginx-dead', 'b/b 5710'],
    ['nginx-hung', 'a/ until-repaired'],
    ['keepalived-dead', 'b/b 710'],
    // The address is left behind, and both answer.
    ['keepalived-killed', 'a+b/a+b 100'],
    ['balancer-off', 'b/b 3710'],
    ['link-cut', 'b/b 3710'],
  ] as const)('%s of the holder', (kind, expected) => {
    expect(under(pair, on('a', kind))).toBe(expected);
  });

  test('an address left behind where NGINX is dead as well draws clients away', () => {
    expect(under(pair, on('a', 'keepalived-killed'), on('a', 'nginx-dead'))).toBe('a+b/b until-repaired');
  });

  test('NGINX dead where nobody hears the higher one: both go on', () => {
    expect(under(pair, on('a', 'nginx-dead'), apart('a', 'b'))).toBe('a+b/b until-repaired');
  });
});

describe('two MASTERs that hear each other again', () => {
  const when = (garp: GratuitousArp): VrrpInstance => instance([250, 240], { garp });
  const quiet = { onLowerAdvert: true, answersHigher: false, refreshMs: undefined } as const;

  test.each([
    // 45000 + 5000 + 3000 until a neighbour asks again, take-over 100.
    ['keepalived’s own settings: the lower one may go without a word', quiet, 53_100],
    ['the lower one answers before it goes', { ...quiet, answersHigher: true }, 100],
    ['it answers, and the higher one tells nobody', { ...quiet, answersHigher: true, onLowerAdvert: false }, 53_100],
    ['the higher one tells the neighbours every 5 s, with an advert', { ...quiet, refreshMs: 5000 }, 5200],
    ['every 2 minutes: neighbours ask before', { ...quiet, refreshMs: 120_000 }, 53_100],
  ])('%s', (_, garp, promised) => {
    expect(under(when(garp), apart('a', 'b'))).toBe(`a+b/a+b ${promised}`);
  });

  test('whom the higher one heard all the time, it has already told the neighbours about', () => {
    expect(under(when(quiet), deaf('a', 'b'))).toBe('a+b/a+b 100');
    expect(under(when({ ...quiet, onLowerAdvert: false }), deaf('a', 'b'))).toBe('a+b/a+b 53100');
  });

  test('a longer wait for a new holder counts instead', () => {
    const slow = instance([250, 240, 230], { advertMs: 30_000, garp: quiet });
    // 3 x 30000, skew of 240: 16/256 x 30000 = 1875, take-over 100: more than 53100.
    expect(under(slow, on('a', 'balancer-off'), apart('b', 'c'))).toBe('b+c/b+c 91975');
  });
});

describe('weights', () => {
  const preempt = { kind: 'at-once' } as const;
  const pair = (weight: number, settings: Partial<VrrpRouter> = {}): VrrpInstance =>
    instance([152, 101], { advertMs: 200, preempt, trackers: [weighted(weight)], ...settings });

  test('152 and 101 with a weight of 3 never move', () => {
    expect(under(pair(-3), on('a', 'nginx-dead'))).toBe('a/ until-repaired');
    expect(under(pair(3), on('a', 'nginx-dead'))).toBe('a/ until-repaired');
  });

  test('the smallest weight that moves it: 152 - 52 = 100 is below 101, 152 - 51 = 101 is not', () => {
    expect(under(pair(-51), on('a', 'nginx-dead'))).toBe('a/ until-repaired');
    // 2000 + 600 + ceil(155/256 x 200 = 121.1) + 100.
    expect(under(pair(-52), on('a', 'nginx-dead'))).toBe('b/b 2822');
  });

  test('a positive weight counts while NGINX answers, and is clamped at 254', () => {
    // 152 + 52 = 204 and 101 + 52 = 153; dead: 152 is below 153, skew of 153: 103/256 x 200 = 80.5.
    expect(under(pair(52), on('a', 'nginx-dead'))).toBe('b/b 2781');
    // Both 254 while well; dead: 152 against 254, skew 2/256 x 200 = 1.6.
    expect(under(pair(200), on('a', 'nginx-dead'))).toBe('b/b 2702');
  });

  test('nopreempt: a backup stays BACKUP as long as it hears any advert', () => {
    expect(under(pair(-100, { preempt: { kind: 'never' } }), on('a', 'nginx-dead'))).toBe('a/ until-repaired');
    expect(under(pair(-100, { preempt: { kind: 'never' } }), on('a', 'balancer-off'))).toBe('b/b 822');
    expect(under(pair(0, { preempt: { kind: 'never' } }), on('a', 'nginx-dead'))).toBe('b/b 2222');
  });

  test('preempt delay: it is waited for first, and lower adverts count meanwhile', () => {
    const late = pair(-100, { preempt: { kind: 'after', delayMs: 8000 } });
    // 2000 until it is noticed, 200 until the first lower advert, 8000, 600 + 122, 100.
    expect(under(late, on('a', 'nginx-dead'))).toBe('b/b 11022');
    expect(under(late, on('a', 'balancer-off'))).toBe('b/b 822');
  });
});

describe('more than two', () => {
  const three = instance([250, 240, 230]);

  test('the next claim takes over, or the one after it', () => {
    expect(under(three, on('a', 'balancer-off'))).toBe('b/b 407');
    // Skew 26/256 x 100 = 10.2.
    expect(under(three, on('a', 'balancer-off'), on('b', 'balancer-off'))).toBe('c/c 411');
    expect(under(three, on('a', 'keepalived-dead'), on('b', 'keepalived-dead'))).toBe('c/c 111');
  });

  test('a backup that hangs takes over first and is found out later', () => {
    expect(under(three, on('a', 'balancer-off'), on('b', 'nginx-hung'))).toBe('c/c 4261');
  });

  test('each listens to all it hears', () => {
    // c hears neither; b still hears a.
    expect(under(three, deaf('a', 'c'))).toBe('a+c/a+c 100');
    expect(under(three, apart('a', 'b'), apart('a', 'c'))).toBe('a+b/a+b 100');
  });

  test('a single balancer', () => {
    expect(under(instance([250]), on('a', 'balancer-off'))).toBe('/ until-repaired');
    expect(under(instance([250]), on('a', 'link-cut'))).toBe('/ until-repaired');
  });

  test('routers in any order; best claim first', () => {
    expect(under(instance([230, 240, 250]), apart('c', 'b'))).toBe('c+b/c+b 100');
  });
});

describe('versions', () => {
  test('version 2 has a skew of seconds, whatever the interval (RFC 3768)', () => {
    // 156/256 x 1000, not x 2000.
    expect(under(instance([150, 100], { version: 2, advertMs: 2000 }), on('a', 'keepalived-dead'))).toBe('b/b 710');
    expect(under(instance([150, 100], { version: 3, advertMs: 2000 }), on('a', 'keepalived-dead'))).toBe('b/b 1319');
  });

  test('version 2 with two intervals: adverts are dropped, and both are MASTER from the start', () => {
    const one = instance([150, 100], { version: 2, advertMs: 1000 });
    const mixed = {
      ...one,
      routers: one.routers.map((router, index) => ({ ...router, advertMs: 1000 + index * 1000 })),
    };
    expect(under(mixed)).toBe('a+b/a+b none');
    expect(under({ ...mixed, version: 3 })).toBe('a/a none');
    // Version 3 waits as the master's interval says: 3 x 1000 + 609.4 + 100.
    expect(under({ ...mixed, version: 3 }, on('a', 'balancer-off'))).toBe('b/b 3710');
  });
});
