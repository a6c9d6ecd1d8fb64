import type { FaultResult } from '../facts/drill-report.ts';
import { textWidth } from './diagram-scene.ts';
import { connectionLane, connectionWords } from './drill-lane-connections.ts';
import { isNoticed, requestLane } from './drill-lane-requests.ts';
import { stateLane } from './drill-lane-states.ts';
import type { StateHistory } from './drill-lane-states.ts';
import { headingLane, laneFonts, pictureSize, wordsLane } from './drill-lane.ts';
import type { Lane } from './drill-lane.ts';
import { answerHistories, backendHistories, holderHistories } from './drill-states.ts';
import { measured } from './drill-words.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import { ticks, timeScale } from './time-scale.ts';
import type { TimeScale } from './time-scale.ts';

/** What is drawn, and what it is called. */
export interface PictureOptions {
  /** Milliseconds from the fault. */
  readonly from: number;
  readonly to: number;
  /** Unique in the document. */
  readonly id: string;
  readonly title: string;
}

/** More lanes of states than this, and those where nothing changed are told in words. */
const mostStates = 8;

/** Room for the words of the moments, and for the axis. */
const headHeight = 40;
const axisHeight = 30;

/** One fault's time line as SVG: everything seen between two moments, one under the other on the same axis. */
export function drillPicture(fault: FaultResult, options: PictureOptions): Markup {
  const scale = timeScale(options, pictureSize.left, pictureSize.right);
  const lanes = lanesOf(fault);
  let y = headHeight;
  const drawn = lanes.map((lane) => {
    const markup = lane.draw(y, scale);
    y += lane.height;
    return markup;
  });
  const height = y + axisHeight;
  const { id, title } = options;
  return html`<svg viewBox="0 0 ${pictureSize.width} ${height}" role="img" aria-labelledby="${id}-title ${id}-desc">
    <title id="${id}-title">${title}</title>
    <desc id="${id}-desc">${description(fault, scale)}</desc>
    ${axis(scale, y)} ${drawn} ${moments(fault, scale, y)}
  </svg>`;
}

function lanesOf({ timeline, streams }: FaultResult): readonly Lane[] {
  const { requests, connections } = timeline;
  const connected = [...new Set(connections.map((connection) => connection.stream))];
  return [
    ...group(
      'Requests',
      requests.map(({ stream, points }) => {
        const result = streams.find((each) => each.id === stream);
        return requestLane(stream, points, result);
      }),
    ),
    ...group(
      'Long connections',
      connected.map((id) => {
        const own = connections.filter(({ stream }) => stream === id);
        return connectionLane(id, own);
      }),
    ),
    ...group('Who holds the address', stateLanes(holderHistories(timeline.holders))),
    ...group('Nameservers’ answers', stateLanes(answerHistories(timeline.answers))),
    ...group('Backends', stateLanes(backendHistories(timeline.backends))),
  ];
}

function group(title: string, lanes: readonly Lane[]): readonly Lane[] {
  return lanes.length === 0 ? [] : [headingLane(title), ...lanes];
}

function stateLanes(histories: readonly StateHistory[]): readonly Lane[] {
  if (histories.length <= mostStates) return histories.map(stateLane);
  const changed = histories.filter((history) => history.states.length > 1);
  const calm = histories.filter((history) => history.states.length <= 1);
  const words = calm.map(({ name, states }) => `${name}: ${states[0]?.words ?? 'not seen'}`);
  return [...changed.map(stateLane), ...(calm.length === 0 ? [] : [wordsLane(`no change: ${words.join('; ')}`)])];
}

function axis(scale: TimeScale, y: number): Markup {
  const marks = ticks(scale).map(({ at, text }) => {
    const x = scale.x(at);
    return html`<line class="grid" x1="${x}" x2="${x}" y1="${headHeight - 4}" y2="${y + 5}" /><text
        class="note"
        text-anchor="middle"
        x="${Math.min(x, pictureSize.right - 12)}"
        y="${y + 18}"
        >${text}</text
      >`;
  });
  return html`${marks}<text class="note" x="4" y="${y + 18}">time since the fault</text>`;
}

interface Mark {
  readonly from: number;
  readonly to: number;
  readonly words: string;
  readonly style: 'fault' | 'heal' | 'whole';
}

function marksOf({ moments: { fault, heal }, wholeAfterFaultMs, wholeAfterHealMs }: FaultResult): readonly Mark[] {
  const marks: Mark[] = [{ ...fault, words: 'fault', style: 'fault' }];
  if (wholeAfterFaultMs !== null) {
    const words = `whole again ${measured(wholeAfterFaultMs)}`;
    marks.push({ from: wholeAfterFaultMs, to: wholeAfterFaultMs, words, style: 'whole' });
  }
  if (heal === null) return marks;
  marks.push({ ...heal, words: `repaired ${measured(heal.from)}`, style: 'heal' });
  if (wholeAfterHealMs !== null) {
    const at = heal.to + wholeAfterHealMs;
    marks.push({ from: at, to: at, words: `as before ${measured(at)}`, style: 'whole' });
  }
  return marks;
}

/** Lines from top to bottom at the moments that count. Words that would touch stand on two levels. */
function moments(fault: FaultResult, scale: TimeScale, y: number): readonly Markup[] {
  const taken = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  return marksOf(fault)
    .filter((mark) => mark.from <= scale.to && mark.to >= scale.from)
    .toSorted((a, b) => a.from - b.from)
    .map(({ from, to, words, style }) => {
      const [left, right] = [scale.x(from), scale.x(to)];
      const width = textWidth(words, laneFonts.note);
      const start = Math.min(left + 4, pictureSize.right - width);
      const level = (taken[0] ?? 0) < start ? 0 : 1;
      taken[level] = start + width + 6;
      const top = 13 + level * 14;
      const band =
        right - left < 1.5
          ? undefined
          : html`<rect class="band" x="${left}" y="${top - 9}" width="${right - left}" height="${y - top + 14}" />`;
      return html`<g class="moment ${style}"
        >${band}<line x1="${left}" x2="${left}" y1="${top - 9}" y2="${y + 5}" /><text
          class="halo"
          x="${start}"
          y="${top}"
          >${words}</text
        ></g
      >`;
    });
}

/** The picture in words, for those who do not see it. */
function description(fault: FaultResult, scale: TimeScale): string {
  const gaps = fault.streams.map(
    (stream) =>
      `${stream.id}: ${stream.failed} of ${stream.requests} requests failed, ${measured(stream.longestGapMs)} at most without a success`,
  );
  const holders = holderHistories(fault.timeline.holders)
    .filter((history) => history.states.length > 1)
    .map(
      ({ name, note, states }) =>
        `${name} ${note ?? ''}: ${states.map((state) => `${state.words} from ${measured(state.at)}`).join(', ')}`,
    );
  return [
    `From ${measured(scale.from)} to ${measured(scale.to)} after the fault`,
    ...gaps,
    connectionWords(fault.connections),
    ...holders,
  ].join('. ');
}

/** The stretch of time around the fault, or undefined when it is not much shorter than the whole drill. */
export function closeUp(fault: FaultResult): { readonly from: number; readonly to: number } | undefined {
  const { begin, end } = fault.moments;
  const noticed = fault.streams.filter(isNoticed);
  const starts = noticed.map((stream) => stream.gapStart);
  const ends = noticed.flatMap((stream) => [
    stream.gapStart + stream.longestGapMs,
    stream.gapStart + (stream.promiseMs ?? 0),
  ]);
  const from = Math.min(0, ...starts);
  const to = Math.max(600, ...ends);
  const pad = (to - from) / 4;
  const window = { from: Math.max(begin, from - pad), to: Math.min(end, to + pad) };
  return window.to - window.from < 0.5 * (end - begin) ? window : undefined;
}
