import { fitText, textWidth } from './diagram-scene.ts';
import { laneFonts, laneLabel } from './drill-lane.ts';
import type { Lane } from './drill-lane.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import type { TimeScale } from './time-scale.ts';

/** What was true from a moment on. */
export interface State {
  readonly at: number;
  /** The whole state in words; shown by the browser on request. */
  readonly words: string;
  /** Shorter ways to say it, for bars that are too narrow. */
  readonly shorter: readonly string[];
  /** `calm`: as it should be. `moved`: other, and working. `lost`: nothing there. `clash`: two where one should be. */
  readonly tone: 'calm' | 'moved' | 'lost' | 'clash';
}

/** One thing's states after one another, as labelled bars. */
export interface StateHistory {
  readonly name: string;
  readonly note: string | undefined;
  readonly states: readonly State[];
}

/** A lane of labelled bars. Each tone has a border and a pattern of its own, so that it is seen without colour. */
export function stateLane({ name, note, states }: StateHistory): Lane {
  return {
    height: note === undefined ? 25 : 31,
    draw(y, scale) {
      const bars = states.map((state, index) => bar(state, states[index + 1]?.at ?? scale.to, { y: y + 3, scale }));
      return html`<g>${laneLabel(note === undefined ? y + 17 : y + 12, name, note)}${bars}</g>`;
    },
  };
}

function bar(state: State, until: number, { y, scale }: { readonly y: number; readonly scale: TimeScale }): Markup {
  if (until <= scale.from || state.at >= scale.to) return html``;
  const [left, right] = [scale.x(state.at), scale.x(until)];
  const width = Math.max(1.5, right - left);
  const text = fitting([state.words, ...state.shorter], width - 8);
  return html`<rect class="state ${state.tone}" x="${left}" y="${y}" width="${width}" height="19"
      ><title>${state.words}</title></rect
    >${
      text === undefined
        ? undefined
        : html`<text class="inside" x="${Math.min(left + 6, right)}" y="${y + 13.5}">${text}</text>`
    }`;
}

/** The longest of these that fits; the shortest may be cut; nothing in a very narrow bar. */
function fitting(texts: readonly string[], width: number): string | undefined {
  const whole = texts.find((text) => textWidth(text, laneFonts.note) <= width);
  if (whole !== undefined) return whole;
  const last = texts.at(-1);
  return last === undefined || width < 40 ? undefined : fitText(last, laneFonts.note, width).text;
}
