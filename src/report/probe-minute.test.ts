import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeMinute, minuteMs, noStreak, type ProbeAnswer, type ProbeStreak } from './probe-minute.ts';

const from = Date.UTC(2026, 10, 29, 12, 0);
const pair = { vip: 'vip1', family: 4, site: 'shop' } as const;

/** `+`: a success of 20 ms; `-`: a failure after 2 s; a blank: nobody asked. One a second. */
function answersOf(course: string, start = from): readonly ProbeAnswer[] {
  return [...course].flatMap((mark, second) =>
    mark === ' ' ? [] : [{ at: start + second * 1000, ok: mark === '+', ms: mark === '+' ? 20 : 2000 }],
  );
}

function judge(course: string, before: ProbeStreak = noStreak): ReturnType<typeof judgeMinute> {
  return judgeMinute({ pair, from, answers: answersOf(course), everyMs: 1000, before });
}

describe('a minute', () => {
  test('in which all went well', () => {
    expect(judge('+'.repeat(60)).span).toEqual({
      vip: 'vip1',
      family: 4,
      site: 'shop',
      from,
      spanMs: minuteMs,
      asked: 60,
      failed: 0,
      coveredMs: minuteMs,
      longestGapMs: 0,
      medianMs: 20,
    });
  });

  test.each([
    // The gap begins with the end of the last success and ends with that of the next one.
    ['+++---+++', { asked: 9, failed: 3, longestGapMs: 4000 }],
    // Before the first question nobody knows.
    ['---++', { asked: 5, failed: 3, longestGapMs: 3020 }],
    // Open at the end: up to the next question, which may be a success.
    ['++--', { asked: 4, failed: 2, longestGapMs: 2980 }],
    ['+-+--+', { asked: 6, failed: 3, longestGapMs: 3000 }],
    // We were silent in between: what was then is unknown, and no gap reaches over it.
    ['+-        -+', { asked: 4, failed: 2, longestGapMs: 1980 }],
    ['-', { asked: 1, failed: 1, longestGapMs: 1000, medianMs: undefined }],
  ])('%j', (course, wanted) => {
    expect(judge(course).span).toMatchObject(wanted);
  });

  test('a few questions that come late leave no hole, many do', () => {
    expect(judge('+'.repeat(54)).span.coveredMs).toBe(minuteMs);
    expect(judge('+'.repeat(30)).span.coveredMs).toBe(30_000);
    const seldom = answersOf('+    +    +');
    expect(judgeMinute({ pair, from, answers: seldom, everyMs: 5000, before: noStreak }).span.coveredMs).toBe(15_000);
  });

  test('an outage over several minutes is one gap, told at its length where it ends', () => {
    const first = judge(`${'+'.repeat(50)}${'-'.repeat(10)}`);
    const next = from + minuteMs;
    const second = judgeMinute({
      pair,
      from: next,
      answers: answersOf(`${'-'.repeat(20)}+`, next),
      everyMs: 1000,
      before: first.streak,
    });
    expect(first.span.longestGapMs).toBe(10_980);
    expect(second.span.longestGapMs).toBe(31_000);
  });
});

describe('whatever the answers', () => {
  const courses = fc.string({ unit: fc.constantFrom('+', '-', ' '), minLength: 1, maxLength: 60 });

  test('failed is a part of asked, covered of the minute, and a gap is there exactly when something failed', () => {
    fc.assert(
      fc.property(courses, (course) => {
        const { span } = judge(course);
        expect(span.failed).toBe([...course].filter((mark) => mark === '-').length);
        expect(span.asked).toBe([...course].filter((mark) => mark !== ' ').length);
        expect(span.coveredMs).toBeLessThanOrEqual(minuteMs);
        if (span.asked > 0) expect(span.longestGapMs > 0).toBe(span.failed > 0);
        // At most the minute and the time until the next question.
        expect(span.longestGapMs).toBeLessThanOrEqual(minuteMs + 1000);
      }),
    );
  });

  test('the order in which they come does not matter', () => {
    fc.assert(
      fc.property(courses, (course) => {
        const answers = answersOf(course);
        const reversed = judgeMinute({ pair, from, answers: answers.toReversed(), everyMs: 1000, before: noStreak });
        expect(reversed).toEqual(judge(course));
      }),
    );
  });

  test('cut anywhere, the longer of both gaps is that of the whole', () => {
    fc.assert(
      fc.property(courses, fc.nat({ max: 60 }), (course, cut) => {
        const answers = answersOf(course);
        const [early, late] = [answers.slice(0, cut), answers.slice(cut)];
        const first = judgeMinute({ pair, from, answers: early, everyMs: 1000, before: noStreak });
        const second = judgeMinute({ pair, from, answers: late, everyMs: 1000, before: first.streak });
        const whole = judge(course);
        expect(Math.max(first.span.longestGapMs, second.span.longestGapMs)).toBe(whole.span.longestGapMs);
        expect(second.streak).toEqual(whole.streak);
      }),
    );
  });
});
