import { counted } from '../base/counted.ts';
import type { ConnectionResult, FaultResult, StreamResult } from '../facts/drill-report.ts';
import { connectionWords } from './drill-lane-connections.ts';
import { closeUp, drillPicture } from './drill-picture.ts';
import type { FaultRuns } from './drill-runs.ts';
import { verdictMark } from './drill-verdict-mark.ts';
import { failuresInWords, measured, promiseInShort, promiseInWords } from './drill-words.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

/** One fault: its verdict and why, the pictures of its worst run, its figures, and a table of all runs. */
export function faultSection({ name, runs, worst, verdict }: FaultRuns, number: number): Markup {
  const id = `fault-${number}`;
  const ran = worst.verdict !== 'not-run';
  return html`<section class="fault" id="${id}" aria-labelledby="${id}-name">
    <h2 id="${id}-name">${name} ${verdictMark(verdict)}</h2>
    <p>${worst.title}</p>
    ${
      worst.reasons.length === 0
        ? undefined
        : html`<ul>
            ${worst.reasons.map((reason) => html`<li>${reason}</li>`)}
          </ul>`
    }
    ${facts(worst)}
    ${runs.length > 1 && ran ? html`<p class="quiet">It was caused ${runs.length} times; the worst run is drawn, all are in the last table.</p>` : undefined}
    ${ran ? pictures(worst, id) : undefined} ${ran ? streamTable(worst.streams) : undefined}
    ${ran ? connectionTable(worst.connections) : undefined} ${runs.length > 1 ? runTable(runs) : undefined}
  </section>`;
}

/** What was measured and what was promised, a line each. */
function facts(fault: FaultResult): Markup {
  const { longestGapMs, promiseMs, streams, connections, jitter } = fault;
  const stream = streams.find((each) => each.longestGapMs === longestGapMs);
  const where = stream === undefined ? '' : ` (${stream.id}, from ${measured(stream.gapStart)})`;
  const ran = fault.verdict !== 'not-run';
  const failed = failuresInWords(fault.failedBy);
  const rows: readonly (readonly [string, Markup])[] = [
    ...(ran ? [['Without a success', html`<b>${measured(longestGapMs)}</b> at most${where}`] as const] : []),
    [
      'Promise',
      html`${promiseMs === null || promiseMs === 0 ? undefined : html`<b>${promiseInShort(promiseMs)}</b>: `}${promiseInWords(fault)}`,
    ],
    ...(ran
      ? [
          [
            'Failed',
            html`${fault.failed} of ${counted(fault.requests, 'request')}${failed === '' ? '' : `: ${failed}`}`,
          ] as const,
          [
            'Connections',
            html`${connections.length === 0 ? 'none were watched' : connectionWords(connections)}`,
          ] as const,
          ['Whole again', html`${wholeWords(fault)}`] as const,
          ['Exactness', html`the probe's own timers were late by ${jitter.worstMs.toFixed(1)} ms at worst`] as const,
        ]
      : []),
  ];
  return html`<dl>
    ${rows.map(
      ([term, words]) =>
        html`<dt>${term}</dt>
          <dd>${words}</dd>`,
    )}
  </dl>`;
}

function wholeWords({ wholeAfterFaultMs, wholeAfterHealMs }: FaultResult): string {
  const alone =
    wholeAfterFaultMs === null ? 'not before the repair' : `${measured(wholeAfterFaultMs)} after the fault, by itself`;
  const back =
    wholeAfterHealMs === null
      ? 'not as before within the time given after the repair'
      : `as before ${measured(wholeAfterHealMs)} after the repair`;
  return `${alone}; ${back}`;
}

function pictures(fault: FaultResult, id: string): Markup {
  const near = closeUp(fault);
  const { begin, end } = fault.moments;
  const title = `Time line of ${fault.name}`;
  const whole = html`<figure tabindex="0">
    <figcaption>The whole drill</figcaption>
    ${drillPicture(fault, { from: begin, to: end, id: `${id}-whole`, title })}
  </figure>`;
  if (near === undefined) return whole;
  return html`<figure tabindex="0">
      <figcaption>Around the fault</figcaption>
      ${drillPicture(fault, { ...near, id: `${id}-near`, title: `${title}, around the fault` })}
    </figure>
    ${whole}`;
}

function streamTable(streams: readonly StreamResult[]): Markup {
  return html`<div class="scroll together" tabindex="0" role="group" aria-label="Requests of each stream">
    <table>
      <caption>
        Requests of each stream
      </caption>
      <thead>
        <tr>
          <th scope="col">stream</th>
          <th scope="col" class="number">requests</th>
          <th scope="col" class="number">failed</th>
          <th scope="col">how</th>
          <th scope="col" class="number">longest gap</th>
          <th scope="col" class="number">from</th>
          <th scope="col" class="number">before the fault</th>
          <th scope="col" class="number">promise</th>
        </tr>
      </thead>
      <tbody>
        ${streams.map(
          (stream) =>
            html`<tr>
              <th scope="row">${stream.id}</th>
              <td class="number">${stream.requests}</td>
              <td class="number">${stream.failed}</td>
              <td>${failuresInWords(stream.failedBy)}</td>
              <td class="number">${measured(stream.longestGapMs)}</td>
              <td class="number">${measured(stream.gapStart)}</td>
              <td class="number">${measured(stream.baselineGapMs)}</td>
              <td class="number">${promiseInShort(stream.promiseMs)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function connectionTable(connections: readonly ConnectionResult[]): Markup | undefined {
  if (connections.length === 0) return undefined;
  return html`<div class="scroll together" tabindex="0" role="group" aria-label="Long connections">
    <table>
      <caption>
        Long connections
      </caption>
      <thead>
        <tr>
          <th scope="col">stream</th>
          <th scope="col" class="number">opened</th>
          <th scope="col" class="number">broken</th>
          <th scope="col" class="number">with wrong bytes</th>
        </tr>
      </thead>
      <tbody>
        ${connections.map(
          (stream) =>
            html`<tr>
              <th scope="row">${stream.id}</th>
              <td class="number">${stream.opened}</td>
              <td class="number">${stream.broken}</td>
              <td class="number">${stream.corrupted}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function runTable(runs: FaultRuns['runs']): Markup {
  return html`<div class="scroll" tabindex="0" role="group" aria-label="All ${runs.length} runs">
    <table>
      <caption>
        All ${runs.length} runs
      </caption>
      <thead>
        <tr>
          <th scope="col" class="number">run</th>
          <th scope="col">verdict</th>
          <th scope="col" class="number">requests</th>
          <th scope="col" class="number">failed</th>
          <th scope="col" class="number">longest gap</th>
          <th scope="col" class="number">broken connections</th>
          <th scope="col" class="number">whole after the fault</th>
          <th scope="col" class="number">as before after the repair</th>
          <th scope="col">why not kept</th>
        </tr>
      </thead>
      <tbody>
        ${runs.map((run, index) => runRow(run, index + 1))}
      </tbody>
    </table>
  </div>`;
}

function runRow(run: FaultResult, number: number): Markup {
  const figures =
    run.verdict === 'not-run'
      ? ['', '', '', '', '', '']
      : [
          String(run.requests),
          String(run.failed),
          measured(run.longestGapMs),
          String(run.brokenConnections),
          run.wholeAfterFaultMs === null ? 'repair' : measured(run.wholeAfterFaultMs),
          run.wholeAfterHealMs === null ? 'never' : measured(run.wholeAfterHealMs),
        ];
  return html`<tr>
    <th scope="row" class="number">${number}</th>
    <td>${verdictMark(run.verdict)}</td>
    ${figures.map((figure) => html`<td class="number">${figure}</td>`)}
    <td>${run.reasons.join('; ')}</td>
  </tr>`;
}
