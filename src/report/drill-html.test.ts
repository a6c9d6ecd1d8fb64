import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sampleFaults, sampleReport } from '../../test/kit/drill-report-sample.ts';
import type { DrillReport } from '../facts/drill-report.ts';
import { drillHtml } from './drill-html.ts';
import { requestLane } from './drill-lane-requests.ts';
import { closeUp } from './drill-picture.ts';
import { html } from './markup.ts';
import { ticks, timeScale } from './time-scale.ts';

test('the file needs nothing else and runs nothing', () => {
  const page = drillHtml(sampleReport());
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|\ssrc=|https?:|javascript:/i);
  for (const [, target] of page.matchAll(/url\(([^)]*)\)/g)) expect(target).toMatch(/^#/);
  for (const [, target] of page.matchAll(/href="([^"]*)"/g)) expect(page).toContain(`id="${target?.slice(1)}"`);
  expect(page).toContain(`default-src 'none'`);
});

test('every id stands once, every picture has a name and a description', () => {
  const page = drillHtml(sampleReport({ runs: 3 }));
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const pictures = page.match(/<svg[^>]*role="img"/g) ?? [];
  expect(pictures.length).toBeGreaterThan(sampleFaults.length);
  for (const [, title, desc] of page.matchAll(/aria-labelledby="(\S+)-title (\S+)-desc"/g)) {
    expect(ids).toContain(`${title}-title`);
    expect(ids).toContain(`${desc}-desc`);
  }
});

const hostile = `</text><script>alert(1)</script><b onclick='x' "&amp;\u0000`;

/** The report with every text of it replaced, as a broken or hostile host could. */
function withHostileTexts(report: DrillReport): DrillReport {
  const fixed = new Set(['kept', 'broken', 'not-judged', 'not-run', 'lab', 'evenkeel', 'hosts', 'neighbours', 'whole']);
  const text = JSON.stringify(report, (key, value: unknown) =>
    typeof value === 'string' && !fixed.has(value) && !key.endsWith('At') ? `${value}${hostile}` : value,
  );
  const parsed: DrillReport = JSON.parse(text);
  return parsed;
}

test('no text of a report becomes markup', () => {
  const page = drillHtml(withHostileTexts(sampleReport()));
  expect(page).not.toContain('<script');
  expect(page).not.toContain('\u0000');
  expect(page).not.toMatch(/<b onclick/);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('&amp;amp;');
});

test('whatever is put into a template, only the template has markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const { markup } = html`<a title="${text}">${text}</a>`;
      expect(
        markup
          .replace(/^<a title="/, '')
          .replace(/<\/a>$/, '')
          .replace('">', ''),
      ).not.toMatch(/[<>"']/);
    }),
  );
});

test('a single failure is seen among any number of answers', () => {
  const whole = timeScale({ from: -5000, to: 20_000 }, 158, 950);
  fc.assert(
    fc.property(fc.integer({ min: -4999, max: 19_999 }), fc.integer({ min: 1, max: 20 }), (at, everyMs) => {
      const answers = Array.from(
        { length: Math.floor(20_000 / everyMs) },
        (_, index) => [index * everyMs, 1, 1, 1] as const,
      );
      const { markup } = requestLane('vip1', [...answers, [at, 3, 0, 0]], undefined).draw(0, whole);
      const fail = /class="fail"\s+d="M([\d.]+) [^"]*v-([\d.]+)"/.exec(markup);
      expect(Math.abs(Number(fail?.[1]) - whole.x(at))).toBeLessThanOrEqual(1);
      expect(Number(fail?.[2])).toBeGreaterThan(5);
    }),
    { numRuns: 40 },
  );
});

test('runs of one fault make one section, with its worst run drawn and all runs in a table', () => {
  const page = drillHtml(sampleReport({ runs: 10 }));
  expect(page.match(/<section class="fault"/g)).toHaveLength(sampleFaults.length);
  expect(page.match(/<caption>\s*All 10 runs/g)).toHaveLength(sampleFaults.length);
});

test('20 faults of 10 runs each stay a file that a browser opens at once', () => {
  const faults = Array.from({ length: 20 }, (_, index) => {
    const fault = sampleFaults[index % 7];
    if (fault === undefined) throw new Error('the sample is empty');
    return { ...fault, name: `${index}:${fault.name}` };
  });
  expect(drillHtml(sampleReport({ faults, runs: 10 })).length).toBeLessThan(4_000_000);
});

test('the close-up holds the fault, the gap and its promise', () => {
  for (const fault of sampleReport().faults) {
    const near = closeUp(fault);
    if (near === undefined) continue;
    expect(near.from).toBeLessThan(0);
    for (const stream of fault.streams.filter((each) => each.failed > 0)) {
      expect(near.to).toBeGreaterThan(stream.gapStart + Math.max(stream.longestGapMs, stream.promiseMs ?? 0));
    }
  }
});

test('an axis has a few round marks within its time', () => {
  fc.assert(
    fc.property(fc.integer({ min: -10_000, max: 0 }), fc.integer({ min: 1, max: 3_600_000 }), (from, length) => {
      const scale = timeScale({ from, to: from + length }, 158, 950);
      const marks = ticks(scale);
      expect(marks.length).toBeLessThanOrEqual(12);
      for (const { at } of marks) {
        expect(at).toBeGreaterThanOrEqual(from);
        expect(at).toBeLessThanOrEqual(from + length);
      }
    }),
  );
});
