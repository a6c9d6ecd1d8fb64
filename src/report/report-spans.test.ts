import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterNoon, sampleEvents, sampleProblem, sampleView } from '../../test/kit/report-sample.ts';
import { holderSpans, problemSpans } from './report-spans.ts';
import type { TimelineEvent } from './timeline-event.ts';

function problem(seconds: number, end: 'begins' | 'ends', parts: Partial<TimelineEvent> = {}): TimelineEvent {
  const text = parts.text ?? 'lb1 is down';
  return {
    at: afterNoon(seconds),
    kind: 'problem',
    code: 'host-silent',
    subject: 'lb1',
    ...parts,
    severity: end === 'begins' ? (parts.severity ?? 'error') : 'good',
    text: end === 'begins' ? text : `over: ${text}`,
  };
}

const nothing = { atBegin: undefined, events: [], views: [], gaps: [], until: afterNoon(900) };

describe('holders', () => {
  test('one span until somebody else holds it; the last is open', () => {
    const views = [
      { at: afterNoon(0), ...sampleView(['lb1']) },
      { at: afterNoon(10), ...sampleView(['lb1']) },
      { at: afterNoon(20), ...sampleView([]) },
      { at: afterNoon(21), ...sampleView(['lb2']) },
    ];
    expect(holderSpans(views, [])).toEqual([
      { vip: 'vip1', from: afterNoon(0), to: afterNoon(20), holders: ['lb1'], preferred: 'lb1' },
      { vip: 'vip1', from: afterNoon(20), to: afterNoon(21), holders: [], preferred: 'lb1' },
      { vip: 'vip1', from: afterNoon(21), to: null, holders: ['lb2'], preferred: 'lb1' },
      { vip: 'vip2', from: afterNoon(0), to: null, holders: ['lb2'], preferred: 'lb2' },
    ]);
  });

  test('whatever the views, the spans of a VIP follow each other without a hole', () => {
    const holders = fc.array(fc.subarray(['lb1', 'lb2']), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(holders, (courses) => {
        const views = courses.map((held, second) => ({ at: afterNoon(second), ...sampleView(held) }));
        const spans = holderSpans(views, []).filter(({ vip }) => vip === 'vip1');
        expect(spans[0]?.from).toBe(afterNoon(0));
        expect(spans.at(-1)?.to).toBeNull();
        for (const [index, span] of spans.entries()) {
          const next = spans[index + 1];
          if (next === undefined) continue;
          expect(span.to).toBe(next.from);
          expect(span.holders).not.toEqual(next.holders);
        }
      }),
    );
  });
});

describe('while nobody watched', () => {
  const gap = { from: afterNoon(30), to: afterNoon(60) };
  const before = { at: afterNoon(0), ...sampleView(['lb1']) };
  const after = { at: afterNoon(60), ...sampleView(['lb2']) };
  const vip1 = (...given: Parameters<typeof holderSpans>) =>
    holderSpans(...given)
      .filter(({ vip }) => vip === 'vip1')
      .map(({ from, to, holders }) => [from, to, holders.join(' ')]);

  test('it is not known who held a VIP, whoever held it before and since', () => {
    expect(vip1([before, after], [gap])).toEqual([
      [afterNoon(0), afterNoon(30), 'lb1'],
      [afterNoon(60), null, 'lb2'],
    ]);
    expect(vip1([before, { ...after, holdings: before.holdings }], [gap])).toEqual([
      [afterNoon(0), afterNoon(30), 'lb1'],
      [afterNoon(60), null, 'lb1'],
    ]);
  });

  test('what changed in the last moment before it was seen', () => {
    expect(vip1([before, { ...after, at: gap.from }, { ...after, holdings: before.holdings }], [gap])).toEqual([
      [afterNoon(0), afterNoon(30), 'lb1'],
      [afterNoon(30), afterNoon(30), 'lb2'],
      [afterNoon(60), null, 'lb1'],
    ]);
  });

  test('nor at the begin of a range that lies in it, nor at its end', () => {
    expect(vip1([{ ...before, at: afterNoon(40) }, after], [gap])).toEqual([[afterNoon(60), null, 'lb2']]);
    expect(vip1([before], [{ ...gap, to: null }])).toEqual([[afterNoon(0), afterNoon(30), 'lb1']]);
  });

  test('a problem that is not found again lasted as long as it was seen; one that is found again is one', () => {
    const events = [
      problem(0, 'begins'),
      problem(1, 'begins', { subject: 'lb2' }),
      { ...problem(60, 'begins'), kind: 'controller', severity: 'info', text: 'began' } as const,
    ];
    const views = [{ ...after, ...sampleView(['lb2'], [sampleProblem({ code: 'host-silent', subject: 'lb2' })]) }];
    const ends = (parts: object) =>
      problemSpans({ ...nothing, events, views, gaps: [gap], ...parts }).map(({ subject, to }) => [subject, to]);
    expect(ends({})).toEqual([
      ['lb1', afterNoon(30)],
      ['lb2', null],
    ]);
    const first = events.slice(0, 2);
    const seen = [
      ['lb1', afterNoon(30)],
      ['lb2', afterNoon(30)],
    ];
    expect(ends({ events: first, until: afterNoon(45) })).toEqual(seen);
    expect(ends({ events: first, gaps: [{ ...gap, to: null }] })).toEqual(seen);
  });
});

describe('problems', () => {
  test('those of the sample, one from before the range and one that is not over', () => {
    const spans = problemSpans({ ...nothing, atBegin: sampleView(['lb1'], [sampleProblem()]), events: sampleEvents });
    expect(spans.map(({ code, from, to }) => [code, from, to])).toEqual([
      ['backend-down', afterNoon(-600), afterNoon(120)],
      ['unit-not-running', afterNoon(301), afterNoon(420)],
      ['table-lost', afterNoon(500), null],
    ]);
  });

  test('one that is told again after a restart is the same one', () => {
    const events = [problem(0, 'begins'), problem(60, 'begins'), problem(90, 'ends')];
    expect(problemSpans({ ...nothing, events })).toMatchObject([{ from: afterNoon(0), to: afterNoon(90) }]);
  });

  test('two of the same code and subject are told apart by their words', () => {
    const [four, six] = [{ text: 'nobody holds 192.0.2.1' }, { text: 'nobody holds fd00::1' }];
    const events = [problem(0, 'begins', four), problem(1, 'begins', six), problem(5, 'ends', six)];
    expect(problemSpans({ ...nothing, events })).toMatchObject([
      { text: four.text, to: null },
      { text: six.text, to: afterNoon(5) },
    ]);
  });

  test('an end whose words have other figures ends it all the same; an end of nothing is nothing', () => {
    const events = [problem(0, 'begins', { text: '5 s left' }), problem(9, 'ends', { text: '1 s left' })];
    expect(problemSpans({ ...nothing, events })).toMatchObject([{ text: '5 s left', to: afterNoon(9) }]);
    expect(problemSpans({ ...nothing, events: [problem(9, 'ends')] })).toEqual([]);
  });

  test('one that a new dashboard does not find again was over by then', () => {
    const began: TimelineEvent = {
      at: afterNoon(60),
      kind: 'controller',
      severity: 'info',
      subject: 'dashboard',
      text: 'the dashboard began to watch',
    };
    const found = sampleProblem({ code: 'host-silent', subject: 'lb2' });
    const events = [problem(0, 'begins'), problem(1, 'begins', { subject: 'lb2' }), began];
    const views = [{ at: afterNoon(60), ...sampleView(['lb1'], [found]) }];
    expect(problemSpans({ ...nothing, events, views }).map(({ subject, to }) => [subject, to])).toEqual([
      ['lb1', afterNoon(60)],
      ['lb2', null],
    ]);
    expect(problemSpans({ ...nothing, events }).map(({ to }) => to)).toEqual([null, null]);
  });

  test('only problems count', () => {
    const events = sampleEvents.filter(({ kind }) => kind !== 'problem');
    expect(problemSpans({ ...nothing, events })).toEqual([]);
  });
});
