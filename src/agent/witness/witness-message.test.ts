import { createHmac } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { takeNewer } from './replay-guard.ts';
import type { SeenSenders } from './replay-guard.ts';
import {
  decodeMessage,
  encodeMessage,
  maxClaims,
  maxMessageBytes,
  maxReports,
  maxSightings,
} from './witness-message.ts';
import type { Claim, WitnessMessage } from './witness-message.ts';

const key = new Uint8Array(32).fill(7);
const name = fc.stringMatching(/^[a-z0-9-]{1,63}$/);
const claim: fc.Arbitrary<Claim> = fc.record({
  vip: fc.ipV4(),
  isMaster: fc.boolean(),
  priority: fc.integer({ min: 1, max: 254 }),
  sinceMs: fc.integer({ min: 0, max: 0xffff_ffff }),
});
const sightings = { digest: 0, states: [] };
const most = { digest: 0xffff_ffff, states: Array.from({ length: maxSightings }, () => 2 as const) };
const anySightings = fc.record({
  digest: fc.nat(0xffff_ffff),
  states: fc.array(fc.constantFrom(0, 1, 2), { maxLength: maxSightings }),
});
const claims = fc.array(claim, { maxLength: maxClaims });
const head = { sender: name, boot: fc.nat(2 ** 47), sequence: fc.nat(2 ** 47) };
const message: fc.Arbitrary<WitnessMessage> = fc.oneof(
  fc.record({ kind: fc.constant('claims' as const), ...head, claims, sightings: anySightings }),
  fc.record({
    kind: fc.constant('answer' as const),
    ...head,
    reports: fc.array(fc.record({ balancer: name, ageMs: fc.nat(0xffff_ffff), claims }), { maxLength: maxReports }),
  }),
);

describe('a datagram between agents', () => {
  it('says what was put into it', () => {
    fc.assert(
      fc.property(message, (sent) => {
        expect(decodeMessage(encodeMessage(sent, key), key)).toEqual({ ok: true, value: sent });
      }),
    );
  });

  it('is refused when it is garbage', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        expect(decodeMessage(bytes, key).ok).toBe(false);
      }),
    );
  });

  it('is refused when it was made with another key', () => {
    fc.assert(
      fc.property(message, fc.uint8Array({ minLength: 32, maxLength: 32 }), (sent, other) => {
        fc.pre(!Buffer.from(other).equals(Buffer.from(key)));
        expect(decodeMessage(encodeMessage(sent, other), key)).toEqual({ ok: false, error: 'wrong-key' });
      }),
    );
  });

  it('is refused when a bit of it was changed, or an end is missing', () => {
    fc.assert(
      fc.property(message, fc.nat(), (sent, place) => {
        const bytes = encodeMessage(sent, key);
        const bit = place % (bytes.length * 8);
        const changed = Buffer.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        expect(decodeMessage(changed, key).ok).toBe(false);
        expect(decodeMessage(bytes.subarray(0, place % bytes.length), key).ok).toBe(false);
      }),
    );
  });

  it('is refused when its content is nonsense, though signed', () => {
    const good = encodeMessage({ kind: 'claims', sender: 'lb1', boot: 1, sequence: 1, claims: [], sightings }, key);
    const longer = Buffer.concat([good.subarray(0, good.length - 32), Buffer.from([0])]);
    const mac = createHmac('sha256', key).update(longer).digest();
    expect(decodeMessage(Buffer.concat([longer, mac]), key)).toEqual({ ok: false, error: 'malformed' });
  });

  it('fits into one Ethernet frame with the claims of 64 VIPs, and into its bound with all others', () => {
    const many = Array.from({ length: maxClaims }, (_, index) => ({
      vip: `10.0.0.${index}`,
      isMaster: true,
      priority: 250,
      sinceMs: 0xffff_ffff,
    }));
    const sender = 'b'.repeat(63);
    const largest = encodeMessage({ kind: 'claims', sender, boot: 1, sequence: 1, claims: many, sightings: most }, key);
    expect(largest.length).toBeLessThan(1472);
    const reports = Array.from({ length: maxReports }, () => ({ balancer: sender, ageMs: 1, claims: many }));
    const answer = encodeMessage({ kind: 'answer', sender, boot: 1, sequence: 1, reports }, key);
    expect(answer.length).toBe(maxMessageBytes);
    expect(decodeMessage(answer, key).ok).toBe(true);
  });

  it('is not made with more than it has room for', () => {
    const one = { vip: '10.0.0.1', isMaster: true, priority: 250, sinceMs: 1 };
    const sent = { kind: 'claims', sender: 'lb1', boot: 1, sequence: 1, claims: [one], sightings } as const;
    expect(() => encodeMessage({ ...sent, claims: Array.from({ length: 65 }, () => one) }, key)).toThrow(RangeError);
    expect(() => encodeMessage({ ...sent, sender: '' }, key)).toThrow(RangeError);
    expect(() => encodeMessage({ ...sent, claims: [{ ...one, vip: 'fd00::1' }] }, key)).toThrow(RangeError);
  });
});

describe('the guard against replays', () => {
  it('takes rising sequences of one boot and later boots, and nothing twice', () => {
    const steps = fc.array(fc.record({ boot: fc.nat(3), sequence: fc.nat(5) }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(steps, (sent) => {
        let seen: SeenSenders = new Map();
        const taken: number[] = [];
        for (const { boot, sequence } of sent) {
          const outcome = takeNewer(seen, { sender: 'lb1', boot, sequence });
          if (outcome.isNewer) taken.push(boot * 10 + sequence);
          seen = outcome.seen;
          expect(takeNewer(seen, { sender: 'lb1', boot, sequence }).isNewer).toBe(false);
        }
        expect(taken).toEqual([...new Set(taken)].sort((a, b) => a - b));
        expect(taken.length).toBeGreaterThan(0);
      }),
    );
  });

  it('keeps senders apart', () => {
    const { seen } = takeNewer(new Map(), { sender: 'lb1', boot: 9, sequence: 9 });
    expect(takeNewer(seen, { sender: 'lb2', boot: 1, sequence: 1 }).isNewer).toBe(true);
  });
});
