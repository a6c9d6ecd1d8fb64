import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { afterNoon, sampleEdgeReport, sampleMaterial, sampleView } from '../../test/kit/report-sample.ts';
import { edgeReport, type EdgeReport } from './edge-report.ts';
import { reportHtml } from './report-html.ts';
import { escapeMarkdown, reportMarkdown } from './report-markdown.ts';
import { reportPolicy, reportStyle } from './report-style.ts';
import { reportSummary, reportTitle } from './report-summary.ts';

const kinds = ['incident', 'month'] as const;
const hostile = `</td><script>alert(1)</script><b onclick='x' "&amp; | \u0000\u202e`;

/** The report with every text of it made hostile, as names, reasons and words of daemons could be. */
function withHostileTexts(report: EdgeReport): EdgeReport {
  const kept = new Set(['incident', 'month', 'real', 'lab', 'error', 'warning', 'good', 'info', 'done', 'all']);
  const text = JSON.stringify(report, (key, value: unknown) =>
    typeof value === 'string' && !kept.has(value) && !/^(from|to|at|writtenAt|endedAt|verdict|kind)$/.test(key)
      ? `${value}${hostile}`
      : value,
  );
  const parsed: EdgeReport = JSON.parse(text);
  return parsed;
}

describe.each(kinds)('%s', (kind) => {
  const report = sampleEdgeReport(kind);
  const page = reportHtml(report);

  test('Markdown says it all', async () => {
    await expect(reportMarkdown(report)).toMatchFileSnapshot(`../../test/golden/reports/${kind}.md`);
  });

  test('HTML says the same', async () => {
    await expect(page).toMatchFileSnapshot(`../../test/golden/reports/${kind}.html`);
  });

  test('the file needs nothing else and runs nothing', () => {
    expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|\ssrc=|https?:|javascript:|\sstyle=|\son\w+=/i);
    for (const [, target] of page.matchAll(/url\(([^)]*)\)/g)) expect(page).toContain(`id="${target?.slice(1)}"`);
  });

  test('its policy allows its own style sheet and nothing else', () => {
    const [, style = ''] = /<style>([^]*?)<\/style>/.exec(page) ?? [];
    const hash = createHash('sha256').update(style).digest('base64');
    expect(reportPolicy).toBe(`default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`);
    expect(page).toContain('http-equiv="Content-Security-Policy"');
  });

  test('every id stands once, and the picture has a name and a description', () => {
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, names = ''] of page.matchAll(/aria-labelledby="([^"]*)"/g)) {
      for (const name of names.split(' ')) expect(ids).toContain(name);
    }
  });

  test('no text becomes markup, in neither form', () => {
    const bad = withHostileTexts(report);
    const html = reportHtml(bad);
    expect(html).not.toMatch(/<script|<b onclick/);
    for (const char of ['\u0000', '\u202e']) expect(html).not.toContain(char);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    const markdown = reportMarkdown(bad);
    expect(markdown).not.toMatch(/<script|<b /);
    for (const char of ['\u0000', '\u202e']) expect(markdown).not.toContain(char);
    expect(markdown).toContain('&lt;script&gt;');
    const rows = (text: string): readonly number[] =>
      text.split('\n').flatMap((line) => (line.startsWith('|') ? [line.replaceAll(/\\./g, '').split('|').length] : []));
    // A bar in a text makes no column.
    expect(rows(markdown)).toEqual(rows(reportMarkdown(report)));
  });
});

test('a phone, paper and a dark screen have rules of their own', () => {
  expect(reportStyle).toContain('@media (max-width:600px)');
  expect(reportStyle).toContain('@media print');
  expect(reportStyle).toContain('prefers-color-scheme:dark');
});

test('whatever is escaped for Markdown stays one line without markup', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
      const escaped = escapeMarkdown(text);
      expect(escaped).not.toMatch(/[\n\r<>]/);
      expect(escaped.replaceAll(/\\[\\`*_{}[\]|#~!]/g, '').replaceAll(/&(amp|lt|gt);/g, '')).not.toMatch(
        /[\\`*_{}[\]|#~!&]/,
      );
    }),
  );
});

describe('the first lines', () => {
  test.each([
    [
      'no target',
      [{ vip: 'vip1', family: 4, site: 'shop', slo: undefined }],
      'no site has a target: write `slo: 99.9%`',
    ],
    ['met', [{ vip: 'vip1', family: 4, site: 'shop', slo: 99.9 }], '1 of 1 target met'],
    ['unknown', [{ vip: 'vip9', family: 4, site: 'shop', slo: 99.9 }], '0 of 1 target met, 1 unknown'],
  ] as const)('%s', (_, targets, words) => {
    const report = edgeReport(sampleMaterial('month', { targets }));
    expect(reportSummary(report)[0]).toContain(words);
  });

  test('a target that was missed is named', () => {
    const spans = sampleMaterial('month').spans.map((span) => ({ ...span, failed: 60 }));
    const report = edgeReport(
      sampleMaterial('month', { spans, targets: [{ vip: 'vip1', family: 4, site: 'shop', slo: 99.999 }] }),
    );
    expect(reportSummary(report)[0]).toBe('1 of 1 target MISSED: shop through vip1');
    expect(reportMarkdown(report)).toContain('exceeded by');
  });

  test('who held it before and after nobody watched did not change; the tables say when that was', () => {
    const gaps = [{ from: afterNoon(120), to: afterNoon(240) }];
    const views = [60, 240].map((seconds) => ({ at: afterNoon(seconds), ...sampleView(['lb1']) }));
    const report = edgeReport(sampleMaterial('incident', { gaps, views }));
    expect(reportSummary(report)).toContain('VIPs changed their holder 0 times');
    const moved = [...views.slice(0, 1), { at: afterNoon(240), ...sampleView(['lb2']) }];
    expect(reportSummary(edgeReport(sampleMaterial('incident', { gaps, views: moved })))).toContain(
      'VIPs changed their holder 1 time',
    );
    const words = 'Nobody watched from 2024-11-29 12:02:00 to 2024-11-29 12:04:00: what was then is not known.';
    expect(reportMarkdown(report).split(words)).toHaveLength(3);
    expect(reportHtml(report)).toContain('2024-11-29 12:02:00: nobody watched');
  });

  test('the worst pair, problems, moves and operations are counted', () => {
    expect(reportSummary(sampleEdgeReport('incident'))).toEqual([
      'lowest availability: 99.545 %, shop through vip1, 3.0 s of outage, 3.4 s at most in one piece',
      'up to 74 % of the time is unknown, and counts neither as up nor as down',
      '2 problems and 1 warning',
      'VIPs changed their holder 3 times',
      '1 operation by people',
    ]);
    const nothing = edgeReport(sampleMaterial('incident', { spans: [], views: [], events: [], operations: [] }));
    expect(reportSummary(nothing)).toEqual([
      'nothing is known of availability: nobody asked',
      '0 problems and 0 warnings',
      'VIPs changed their holder 0 times',
      '0 operations by people',
    ]);
    expect(reportTitle({ ...nothing, place: 'lab' })).toBe(
      'devops (lab): 2024-11-29 12:00:00 to 2024-11-29 12:15:00 UTC',
    );
  });
});
