import { counted } from '../base/counted.ts';
import type { EdgeReport } from './edge-report.ts';
import { html, type Markup, trustedMarkup } from './markup.ts';
import { reportPicture } from './report-picture.ts';
import { reportPolicy, reportStyle } from './report-style.ts';
import { reportSummary, reportTitle, unknownWords } from './report-summary.ts';
import { type ReportTable, reportTables } from './report-tables.ts';
import { utcInWords } from './report-words.ts';

/** Exactly the text that the policy's hash is of. */
const styleSheet = trustedMarkup(`<style>${reportStyle}</style>`);

/**
 * A report as one HTML file that needs nothing else: no script, nothing fetched (its own policy forbids both). For a phone, a screen
 * and paper, light and dark.
 */
export function reportHtml(report: EdgeReport): string {
  const title = reportTitle(report);
  const document = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width,initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${reportPolicy}" />
        <title>${title}</title>
        ${styleSheet}
      </head>
      <body>
        <header>
          <h1>${title}</h1>
          <p class="quiet">Written ${utcInWords(report.writtenAt)} UTC. All times are UTC.</p>
        </header>
        <main>
          <ul>
            ${reportSummary(report).map((line) => html`<li>${line}</li>`)}
          </ul>
          <figure tabindex="0">
            ${reportPicture(report)}
            <figcaption>${unknownWords}</figcaption>
          </figure>
          ${reportTables(report).map(tableSection)}
        </main>
      </body>
    </html> `;
  return document.markup;
}

function tableSection({ id, title, note, heads, rows, empty, leftOut }: ReportTable): Markup {
  const body =
    rows.length === 0
      ? html`<p>${empty}</p>`
      : html`<div class="scroll" tabindex="0" role="group" aria-labelledby="${id}">
          <table class="rows">
            <thead>
              <tr>
                ${heads.map((head) => html`<th scope="col">${head}</th>`)}
              </tr>
            </thead>
            <tbody>
              ${rows.map((row) => tableRow(heads, row))}
            </tbody>
          </table>
        </div>`;
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${note === '' ? undefined : html`<p class="quiet">${note}</p>`} ${body}
    ${leftOut === 0 ? undefined : html`<p class="quiet">And ${counted(leftOut, 'row')} more: --json has them.</p>`}
  </section>`;
}

/** On a phone each cell says what it is, so that a row can stand as a block. */
function tableRow(heads: readonly string[], cells: readonly string[]): Markup {
  return html`<tr>
    ${cells.map((cell, index) => {
      const head = heads[index] ?? '';
      if (index === 0) return html`<th scope="row">${cell}</th>`;
      return html`<td class="${cellClass(cell)}" data-head="${head}">${cell}</td>`;
    })}
  </tr>`;
}

/** Words that stand out; they are words without colour as well. */
function cellClass(cell: string): string {
  if (cell === 'MISSED' || cell === 'NOBODY' || cell.startsWith('failed')) return 'bad';
  if (cell === 'met') return 'good';
  return cell === 'unknown' || cell.startsWith('not over') ? 'warn' : '';
}
