import { describe, expect, test, vi } from 'vitest';
import { sampleNoon, sampleSpan } from '../../test/kit/report-sample.ts';
import { Fault } from '../base/fault.ts';
import { minuteMs, type ProbeAnswer, type ProbeSpan } from '../report/probe-minute.ts';
import type { ProbeHistory } from '../store/probe-history.ts';
import { openProbeBook, type ProbeBook } from './probe-book.ts';
import type { ProbeSource } from './probe-source.ts';

const waiting = { timeout: 20_000, interval: 20 };
const always = { from: 0, to: Number.MAX_SAFE_INTEGER };

interface Written {
  readonly spans: ProbeSpan[];
  readonly foldedBefore: number[];
  disk: 'room' | 'full';
}

/** A history in memory whose disk may be full. */
function memoryHistory(written: Written): ProbeHistory {
  const whole = (): void => {
    if (written.disk === 'full') throw new Fault({ code: 'disk-full', message: 'no room', next: 'make some' });
  };
  return {
    add: (spans) => {
      whole();
      written.spans.push(...spans);
    },
    spans: () => {
      whole();
      return written.spans;
    },
    begin: () => {
      whole();
      return written.spans[0]?.from;
    },
    fold: (before) => void written.foldedBefore.push(before),
    close: () => undefined,
  };
}

/** A book about one pair, at whose source the test speaks, and a clock that the test moves. */
function testBook(disk: Written['disk'] = 'room') {
  const controller = new AbortController();
  const written: Written = { spans: [], foldedBefore: [], disk };
  const troubles: (string | undefined)[] = [];
  const clock = { now: sampleNoon };
  const begun = Promise.withResolvers<(answer: ProbeAnswer) => void>();
  const source: ProbeSource = async ({ onAnswer, signal }) => {
    begun.resolve((answer) => onAnswer(0, answer));
    await new Promise((settle) => signal.addEventListener('abort', settle, { once: true }));
  };
  const book: ProbeBook = openProbeBook({
    rounds: {
      pairs: [{ vip: 'vip1', family: 4, site: 'shop', name: 'shop.example', address: '192.0.2.1' }],
      everyMs: 1000,
      notAsked: 0,
    },
    source,
    open: () => memoryHistory(written),
    onTrouble: (trouble) => troubles.push(trouble),
    now: () => clock.now,
    signal: controller.signal,
  });
  const minute = async (number: number, failed = 0): Promise<void> => {
    const say = await begun.promise;
    for (let second = 0; second < 60; second += 1) {
      say({ at: sampleNoon + number * minuteMs + second * 1000, ok: second >= failed, ms: 21 });
    }
  };
  return { book, clock, written, troubles, minute, stop: () => controller.abort() };
}

describe('a probe book', () => {
  test('writes a minute once it is over and its last answers had their time', async () => {
    const { book, clock, written, minute, stop } = testBook();
    await minute(0);
    await minute(1, 2);
    clock.now = sampleNoon + minuteMs + 2_000;
    // The look that does nothing yet is waited for by one that does.
    clock.now = sampleNoon + 2 * minuteMs + 3_001;
    await vi.waitFor(() => expect(written.spans).toHaveLength(2), waiting);
    expect(written.spans).toEqual([sampleSpan(0), sampleSpan(1, { failed: 2, longestGapMs: expect.any(Number) })]);
    expect(book.spans(always)).toEqual(written.spans);
    expect(book.begin()).toBe(sampleNoon);
    expect(written.foldedBefore).toEqual([clock.now - 6 * 3_600_000]);
    stop();
    await book.ended;
  });

  test('a gap over the end of a minute is one', async () => {
    const { clock, book, written, minute, stop } = testBook();
    await minute(0, 60);
    await minute(1, 10);
    clock.now = sampleNoon + 3 * minuteMs;
    await vi.waitFor(() => expect(written.spans).toHaveLength(2), waiting);
    expect(written.spans.map(({ longestGapMs }) => longestGapMs)).toEqual([59_021, 70_021]);
    stop();
    await book.ended;
  });

  test('what is not over is written when it ends', async () => {
    const { book, written, minute, stop } = testBook();
    await minute(0);
    stop();
    await book.ended;
    expect(written.spans).toEqual([sampleSpan(0)]);
  });

  test('a full disk is told once, what is seen waits in memory, and is written when there is room', async () => {
    const { book, clock, written, troubles, minute, stop } = testBook('full');
    expect(book.begin()).toBe(undefined);
    await minute(0);
    clock.now = sampleNoon + 2 * minuteMs;
    await vi.waitFor(() => expect(troubles).toEqual(['no room; make some']), waiting);
    await minute(2);
    clock.now = sampleNoon + 4 * minuteMs;
    await vi.waitFor(() => expect(book.spans(always)).toHaveLength(2), waiting);
    expect(book.begin()).toBe(sampleNoon);
    written.disk = 'room';
    await vi.waitFor(() => expect(written.spans).toEqual([sampleSpan(0), sampleSpan(2)]), waiting);
    expect(troubles).toEqual(['no room; make some', undefined]);
    stop();
    await book.ended;
  });

  test('a bug of the source is not swallowed', async () => {
    const controller = new AbortController();
    const book = openProbeBook({
      rounds: { pairs: [], everyMs: 1000, notAsked: 0 },
      source: async () => Promise.reject(new Error('a bug')),
      open: () => memoryHistory({ spans: [], foldedBefore: [], disk: 'room' }),
      onTrouble: () => undefined,
      now: () => sampleNoon,
      signal: controller.signal,
    });
    await expect(book.ended).rejects.toThrow('a bug');
    controller.abort();
  });
});
