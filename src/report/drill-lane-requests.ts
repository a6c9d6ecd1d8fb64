import type { DrillTimeline, StreamResult } from '../facts/drill-report.ts';
import { laneFonts, laneLabel, pictureSize } from './drill-lane.ts';
import type { Lane } from './drill-lane.ts';
import { textWidth } from './diagram-scene.ts';
import { measured, promiseInShort } from './drill-words.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import type { TimeScale } from './time-scale.ts';

type Points = DrillTimeline['requests'][number]['points'];

/** Pixels above the line for failures, and below it for answers. */
const above = 17;
const below = 11;

/**
 * The requests of one stream. Answers stand below the line at the moment they came, failures above it at the moment
 * their request was started; so one can't cover the other, however many there are. Below: the longest time without a
 * success as a solid bar, and what was promised as a hollow one from the same moment.
 */
export function requestLane(stream: string, points: Points, result: StreamResult | undefined): Lane {
  return {
    height: above + below + 21,
    draw(y, scale) {
      const line = y + above;
      const bins = countBins(points, scale);
      const most = Math.max(1, ...bins.ok, ...bins.failed);
      return html`<g
        >${laneLabel(y + 14, stream, countWords(result))}
        <line class="base" x1="${scale.left}" x2="${scale.right}" y1="${line}" y2="${line}" />
        <path
          class="ok"
          d="${bars(bins.ok, scale.left, (count) => `M?${line + 1.5}v${height(count / most, below - 1)}`)}"
        />
        <path
          class="fail"
          d="${bars(bins.failed, scale.left, (count) => `M?${line - 1}v-${height(count / most, above - 2)}`)}"
        />
        ${result === undefined ? undefined : gapBars(result, line, scale)}</g
      >`;
    },
  };
}

function countWords(result: StreamResult | undefined): string | undefined {
  if (result === undefined) return undefined;
  return result.failed === 0 ? `all ${result.requests} answered` : `${result.failed} of ${result.requests} failed`;
}

interface Bins {
  readonly ok: readonly number[];
  readonly failed: readonly number[];
}

/** How many of each fall on each pixel. */
function countBins(points: Points, scale: TimeScale): Bins {
  const size = Math.ceil(scale.right - scale.left) + 1;
  const empty = (): number[] => Array.from({ length: size }, () => 0);
  const bins = { ok: empty(), failed: empty() };
  for (const [start, duration, ok] of points) {
    const at = ok === 1 ? start + duration : start;
    if (at < scale.from || at > scale.to) continue;
    const counts = ok === 1 ? bins.ok : bins.failed;
    const bin = Math.floor(scale.x(at) - scale.left);
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return bins;
}

/** One is seen as well as many: a bar is never shorter than 60 of 100. */
function height(share: number, most: number): string {
  return (most * (0.6 + 0.4 * share)).toFixed(1);
}

/** A bar for each pixel that has any; `?` stands for its place. */
function bars(counts: readonly number[], left: number, bar: (count: number) => string): string {
  return counts.map((count, index) => (count === 0 ? '' : bar(count).replace('?', `${left + index + 0.5} `))).join('');
}

/** The gap and its promise as bars below the line; only words when it is no longer than gaps are without a fault. */
function gapBars(result: StreamResult, line: number, scale: TimeScale): Markup | undefined {
  const { longestGapMs, gapStart, promiseMs } = result;
  const y = line + below + 4;
  if (!isNoticed(result)) {
    const words = `never longer than ${measured(longestGapMs)} without a success`;
    return html`<text class="note halo" text-anchor="end" x="${scale.right}" y="${y + 9}">${words}</text>`;
  }
  if (gapStart > scale.to || gapStart + longestGapMs < scale.from) return undefined;
  const start = scale.x(gapStart);
  const gapEnd = Math.max(start + 1.5, scale.x(gapStart + longestGapMs));
  const promiseEnd = promiseMs === null ? scale.right : scale.x(gapStart + promiseMs);
  const promise =
    promiseMs === 0
      ? undefined
      : html`<rect
          class="promise"
          x="${start}"
          y="${y + 6}"
          width="${Math.max(1.5, promiseEnd - start)}"
          height="5"
        />`;
  const words = `${measured(longestGapMs)} without a success, promised: ${promiseInShort(promiseMs)}`;
  const span = { start, gapEnd, end: Math.max(gapEnd, promiseEnd) };
  return html`<rect
      class="gap"
      x="${start}"
      y="${y}"
      width="${gapEnd - start}"
      height="5"
    />${promise}${besides(words, span, line)}`;
}

/** Whether a gap is longer than what gaps are without a fault, or beyond its promise by more than those. */
export function isNoticed({ longestGapMs, baselineGapMs, promiseMs, failed }: StreamResult): boolean {
  const beyond = promiseMs !== null && promiseMs > 0 && longestGapMs > promiseMs + baselineGapMs;
  return failed > 0 || longestGapMs > 2 * baselineGapMs || beyond;
}

/** Words at the right of the bars, or at their left; where both are full, under the line: a gap has no answers there. */
function besides(
  words: string,
  span: { readonly start: number; readonly gapEnd: number; readonly end: number },
  line: number,
): Markup {
  const width = textWidth(words, laneFonts.note) + 6;
  const y = line + below + 13;
  if (span.end + width <= pictureSize.right) {
    return html`<text class="note halo" x="${span.end + 6}" y="${y}">${words}</text>`;
  }
  if (span.start - width >= pictureSize.left) {
    return html`<text class="note halo" text-anchor="end" x="${span.start - 6}" y="${y}">${words}</text>`;
  }
  if (span.gapEnd - span.start >= width + 6) {
    return html`<text class="note halo" x="${span.start + 6}" y="${line + below}">${words}</text>`;
  }
  return html`<text class="note halo" text-anchor="end" x="${pictureSize.right - 4}" y="${y}">${words}</text>`;
}
