import { describe, expect, it } from 'vitest';
import type { HeardClaims } from './claims-book.ts';
import { decide } from './witness-decision.ts';
import { freshMemory, hold, periodMs } from './witness-state.ts';
import type { HeardWitness, WitnessDecision, WitnessInput, WitnessMemory } from './witness-state.ts';

const vip = '10.0.0.101';
const begin = 100_000;

/** A tick as seen by lb2, which prefers lb1 for the VIP: what is said is heard now. */
interface Seen {
  readonly heldFor?: number;
  /** The priority with which lb1 says that it holds the VIP, `silent`, or 0: it speaks and does not hold it. */
  readonly lb1: number | 'silent';
  /** What each witness says of lb1; `silent`: it does not answer. */
  readonly witnesses: readonly (number | 'silent' | HeardClaims)[];
  readonly wire?: 'somebody' | 'nobody';
  readonly gateway?: 'known';
}

/** Runs ticks, one period after the other, from an agent that has listened for a while. Each decision. */
function run(ticks: readonly Seen[]): readonly WitnessDecision[] {
  let memory: WitnessMemory = { ...freshMemory(begin - 10_000), decidedAt: begin - periodMs };
  return ticks.map((seen, index) => {
    const outcome = decide(inputOf(seen, begin + index * periodMs), memory);
    ({ memory } = outcome);
    return outcome.decision;
  });
}

function inputOf(seen: Seen, now: number): WitnessInput {
  const claims = (priority: number): HeardClaims => ({
    at: now,
    claims: priority === 0 ? [] : [{ vip, isMaster: true, priority, sinceMs: 0 }],
  });
  const longAgo = { at: begin - 9000, claims: [] };
  const witness = (said: number | 'silent' | HeardClaims): HeardWitness => {
    if (said === 'silent') return { at: begin - 9000, reports: new Map() };
    return { at: now, reports: new Map([['lb1', typeof said === 'number' ? claims(said) : said]]) };
  };
  return {
    now,
    self: 'lb2',
    priorities: new Map([[vip, 240]]),
    held: seen.heldFor === undefined ? new Map() : new Map([[vip, now - seen.heldFor]]),
    peers: new Map([['lb1', seen.lb1 === 'silent' ? longAgo : claims(seen.lb1)]]),
    witnesses: new Map(seen.witnesses.map((said, index) => [`w${index}`, witness(said)])),
    gateway: seen.gateway ?? 'unknown',
    wire: seen.wire === undefined ? undefined : { askedAt: now, answer: seen.wire },
  };
}

function times(count: number, seen: Seen): readonly Seen[] {
  return Array.from({ length: count }, () => seen);
}

function lastOf(ticks: readonly Seen[]): WitnessDecision {
  const last = run(ticks).at(-1);
  if (last === undefined) throw new Error('no tick');
  return last;
}

describe('a VIP that two hold', () => {
  it.each([
    ['most witnesses say so', [250, 250, 0], true],
    ['all that answer say so', [250, 'silent', 'silent'], true],
    ['half of them say so', [250, 0], false],
    ['the other one is ranked lower', [230, 230], false],
    ['nobody says so', [0, 0], false],
    ['no witness answers', ['silent', 'silent'], false],
  ] as const)('is left to a silent one when %s', (_, witnesses, leaves) => {
    expect(lastOf([{ heldFor: 5000, lb1: 'silent', witnesses }]).yields.has(vip)).toBe(leaves);
  });

  it('is not left to the last words of a dead one, which were said before this one took it', () => {
    const lastWords = { at: begin - 400, claims: [{ vip, isMaster: true, priority: 250, sinceMs: 0 }] };
    for (const heldFor of [350, 550]) {
      const decision = lastOf([{ heldFor, lb1: 'silent', witnesses: [lastWords, lastWords] }]);
      expect(decision.yields.size).toBe(0);
      expect(decision.alarms).toEqual([]);
    }
    expect(lastOf([{ heldFor: 650, lb1: 'silent', witnesses: [lastWords] }]).yields.has(vip)).toBe(true);
  });

  it('is left to the earlier name when priorities are the same', () => {
    expect(lastOf([{ heldFor: 5000, lb1: 'silent', witnesses: [240] }]).yields.has(vip)).toBe(true);
  });

  it('is announced by the preferred one until three periods after the last claim', () => {
    const decisions = run([
      { heldFor: 5000, lb1: 230, witnesses: [] },
      ...times(5, { heldFor: 5000, lb1: 0, witnesses: [] }),
    ]);
    expect(decisions.map(({ announce }) => announce.length)).toEqual([1, 1, 1, 1, 0, 0]);
    expect(decisions[0]?.alarms).toEqual([{ kind: 'two-holders', vip, rival: 'lb1' }]);
  });

  it('is left, and kept away from for a while, when both hear each other and VRRP does not settle it', () => {
    const both = { heldFor: 5000, lb1: 250, witnesses: [] };
    expect(run(times(6, both)).some(({ yields }) => yields.size > 0)).toBe(false);
    const decision = lastOf(times(7, both));
    expect(decision.yields.get(vip)).toMatchObject({ to: 'lb1', why: 'blocked', holdMs: hold.leastMs });
    expect(decision.alarms).toContainEqual({ kind: 'vrrp-blocked', vip, rival: 'lb1' });
  });

  it('keeps away for twice as long when it comes back soon', () => {
    const yielded = { lb1: 250, witnesses: [] };
    const both = { heldFor: 5000, ...yielded };
    const decisions = run([...times(7, both), ...times(hold.leastMs / periodMs, yielded), ...times(7, both)]);
    expect(decisions[6 + hold.leastMs / periodMs - 1]?.yields.has(vip)).toBe(true);
    expect(decisions[6 + hold.leastMs / periodMs]?.yields.has(vip)).toBe(false);
    expect(decisions.at(-1)?.yields.get(vip)).toMatchObject({ holdMs: 2 * hold.leastMs });
  });

  it.each([
    ['is heard again', { lb1: 250, witnesses: [250] }],
    ['does not hold it any more', { lb1: 'silent', witnesses: [0] }],
    ['is not heard by witnesses any more', { lb1: 'silent', witnesses: ['silent'] }],
  ] as const)('is taken part in again when the other one %s', (_, then) => {
    const cut = { lb1: 'silent', witnesses: [250] } as const;
    const decisions = run([{ heldFor: 5000, ...cut }, cut, then]);
    expect(decisions.map(({ yields }) => yields.has(vip))).toEqual([true, true, false]);
  });

  it('is not waited for when a blocked one stops to claim it', () => {
    const both = { heldFor: 5000, lb1: 250, witnesses: [] };
    expect(lastOf([...times(7, both), { lb1: 0, witnesses: [] }]).yields.size).toBe(0);
  });
});

describe('a balancer that hears nobody', () => {
  const alone = { heldFor: 5000, lb1: 'silent', witnesses: ['silent', 'silent'] } as const;

  it('lets go of all when the wire is dead too, and not before it has asked', () => {
    const decisions = run([alone, { ...alone, wire: 'nobody' }, { lb1: 'silent', witnesses: [0, 0], wire: 'nobody' }]);
    expect(decisions.map(({ isolate, askWire }) => [isolate, askWire])).toEqual([
      ['no', 'yes'],
      ['yes', 'yes'],
      ['no', 'no'],
    ]);
    expect(decisions[1]?.alarms).toEqual([{ kind: 'isolated' }]);
  });

  it.each([
    ['somebody answers ARP', { ...alone, wire: 'somebody' }],
    ['it does not hold all: it hears adverts', { lb1: 'silent', witnesses: alone.witnesses, wire: 'nobody' }],
    ['it hears half of the voters', { ...alone, witnesses: [0, 'silent'], wire: 'nobody' }],
    ['there is but one voter', { ...alone, witnesses: ['silent'], wire: 'nobody' }],
    ['there is no witness', { ...alone, witnesses: [], gateway: 'known', wire: 'nobody' }],
    ['it hears the other balancer', { ...alone, lb1: 0, wire: 'nobody' }],
  ] as const)('keeps what it has when %s', (_, seen) => {
    expect(lastOf(times(3, seen)).isolate).toBe('no');
  });

  it('counts the gateway as a voter', () => {
    const seen = { ...alone, witnesses: ['silent'], gateway: 'known', wire: 'nobody' } as const;
    expect(lastOf(times(2, seen)).isolate).toBe('yes');
  });
});

describe('an agent that has just begun, or stood still', () => {
  it('takes nobody for silent until it has listened for a while', () => {
    const seen = { heldFor: 90_000, lb1: 'silent', witnesses: [250], wire: 'nobody' } as const;
    let memory = freshMemory(begin);
    const yields: boolean[] = [];
    // Every period, then a pause of ten seconds, then every period again.
    for (const at of [0, 200, 400, 600, 800, 1000, 11_000, 11_200, 11_400, 11_600, 11_800, 12_000]) {
      const outcome = decide(inputOf(seen, begin + at), memory);
      ({ memory } = outcome);
      yields.push(outcome.decision.yields.has(vip));
    }
    expect(yields).toEqual([false, false, false, false, false, true, false, false, false, false, false, true]);
  });
});
