import { fitText } from './diagram-scene.ts';
import type { Font } from './diagram-scene.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';
import type { TimeScale } from './time-scale.ts';

/** A horizontal strip of the picture. */
export interface Lane {
  readonly height: number;
  draw(y: number, scale: TimeScale): Markup;
}

/** The picture's width and where its time begins and ends, in pixels. */
export const pictureSize = { width: 960, left: 158, right: 950 } as const;

/** The fonts of the picture: names, and everything else. */
export const laneFonts = {
  name: { size: 12.5, weight: 600, family: 'text' },
  note: { size: 11, weight: 400, family: 'text' },
} as const satisfies Readonly<Record<string, Font>>;

/** What a lane is called, at the left; what does not fit is cut and shown whole by the browser on request. */
export function laneLabel(y: number, name: string, note?: string): Markup {
  const room = pictureSize.left - 14;
  return html`${labelText(y, fitText(name, laneFonts.name, room), 'name')}${
    note === undefined ? undefined : labelText(y + 13, fitText(note, laneFonts.note, room), 'note')
  }`;
}

function labelText(y: number, cut: { readonly text: string; readonly full?: string }, style: 'name' | 'note'): Markup {
  const title = cut.full === undefined ? undefined : html`<title>${cut.full}</title>`;
  return html`<text class="${style}" x="4" y="${y}">${title}${cut.text}</text>`;
}

/** A heading over the lanes that follow. */
export function headingLane(title: string): Lane {
  return {
    height: 27,
    draw: (y) =>
      html`<line class="rule" x1="0" x2="${pictureSize.width}" y1="${y + 6}" y2="${y + 6}" /><text
          class="head"
          x="4"
          y="${y + 21}"
          >${title}</text
        >`,
  };
}

/** A quiet line of words instead of lanes. */
export function wordsLane(words: string): Lane {
  return {
    height: 18,
    draw: (y) =>
      html`<text class="note" x="4" y="${y + 12}"
        >${fitText(words, laneFonts.note, pictureSize.width - 12).text}</text
      >`,
  };
}
