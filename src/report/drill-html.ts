import type { DrillReport } from '../facts/drill-report.ts';
import { faultSection } from './drill-html-fault.ts';
import { drillLegend } from './drill-legend.ts';
import { drillStyle } from './drill-html-style.ts';
import { runsByFault, runsKind } from './drill-runs.ts';
import type { FaultRuns, RunsKind } from './drill-runs.ts';
import {
  jitterInWords,
  machineInWords,
  measured,
  promiseInShort,
  verdictInWords,
  wholeInWords,
} from './drill-words.ts';
import { momentInWords } from './report-words.ts';
import { verdictMark } from './drill-verdict-mark.ts';
import { html, trustedMarkup } from './markup.ts';
import type { Markup } from './markup.ts';

/**
 * A drill as one HTML file that needs nothing else: no script, nothing fetched (its own policy forbids both). A table of
 * all faults, then for each a picture of its worst run and all runs in a table. Light, dark and on paper. What may be wider than the
 * screen is reached with the keyboard, to be scrolled.
 */
export function drillHtml(report: DrillReport): string {
  const faults = runsByFault(report);
  const where = report.place === 'lab' ? 'in the lab' : 'on real hosts';
  const profile = report.profile === 'reference' ? ' with the reference settings' : '';
  const title = `Drill of ${report.edge} ${where}${profile}`;
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
        />
        <title>${title}: ${verdictInWords(report)}</title>
        <style>
          ${trustedMarkup(drillStyle)}
        </style>
      </head>
      <body>
        ${patterns}
        <header>
          <h1>${title}</h1>
          <p>${verdictMark(report.verdict)} ${verdictInWords(report)}.</p>
          <p class="quiet">
            From ${momentInWords(report.startedAt)} to ${momentInWords(report.endedAt)}. Measured on
            ${machineInWords(report.machine).join(', ')}; ${jitterInWords(report)}.
          </p>
        </header>
        <main>
          ${summaryTable(faults)} ${loadList(report)} ${drillLegend()}
          ${faults.map((fault, index) => faultSection(fault, index + 1))}
        </main>
      </body>
    </html> `;
  return document.markup;
}

/** Fillings that all pictures use: lines for what is not there, dots for two where one should be. */
const patterns: Markup = html`<svg class="patterns" aria-hidden="true">
  <defs>
    <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
      <line class="hatch-line" x1="0" x2="0" y1="0" y2="6" />
    </pattern>
    <pattern id="dots" width="6" height="6" patternUnits="userSpaceOnUse">
      <circle class="dot" cx="3" cy="3" r="1.5" />
    </pattern>
  </defs>
</svg>`;

function summaryTable(faults: readonly FaultRuns[]): Markup {
  const kind = runsKind(faults);
  const repeated = kind === 'repeated';
  const numbers = [
    ...(repeated ? ['runs'] : []),
    'requests',
    'failed',
    ...(repeated ? ['median gap', 'worst gap'] : ['longest gap']),
    'promise',
    'broken connections',
    'whole again',
  ];
  return html`<div class="scroll" tabindex="0" role="group" aria-label="All faults">
      <table>
        <caption>
          All faults
        </caption>
        <thead>
          <tr>
            <th scope="col">fault</th>
            <th scope="col">verdict</th>
            ${numbers.map((head) => html`<th scope="col" class="number">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${faults.map((fault, index) => summaryRow(fault, index + 1, kind))}
        </tbody>
      </table>
    </div>
    <p class="quiet">
      A gap is the longest time without a success; it is held against the promise, which is computed from the edge file.
      Repair: it lasts until it is repaired.
    </p>`;
}

function summaryRow({ name, runs, gap, verdict, worst }: FaultRuns, number: number, kind: RunsKind): Markup {
  const repeated = kind === 'repeated';
  const ran = runs.filter((run) => run.verdict !== 'not-run');
  const sum = (pick: (run: (typeof runs)[number]) => number): string =>
    String(ran.reduce((all, run) => all + pick(run), 0));
  const often = repeated ? [String(runs.length)] : [];
  const cells =
    gap === undefined
      ? [...often, ...Array.from({ length: repeated ? 7 : 6 }, () => '')]
      : [
          ...often,
          sum((run) => run.requests),
          sum((run) => run.failed),
          ...(repeated ? [measured(gap.medianMs)] : []),
          measured(gap.worstMs),
          promiseInShort(worst.promiseMs),
          sum((run) => run.brokenConnections),
          wholeInWords(runs),
        ];
  return html`<tr>
    <th scope="row"><a href="#fault-${number}">${name}</a></th>
    <td>${verdictMark(verdict)}</td>
    ${cells.map((cell) => html`<td class="number">${cell}</td>`)}
  </tr>`;
}

function loadList(report: DrillReport): Markup {
  return html`<h2 class="load">Load</h2>
    <p class="quiet">Every request is started on schedule, whether or not earlier ones have returned.</p>
    <ul>
      ${report.load.map((stream) => html`<li><b>${stream.id}</b>: ${stream.title}</li>`)}
    </ul>`;
}
