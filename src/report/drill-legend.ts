import { html } from './markup.ts';
import type { Markup } from './markup.ts';

/** How to read the pictures, with a sample of each mark. */
export function drillLegend(): Markup {
  const rows: readonly (readonly [Markup, string])[] = [
    [
      html`<path class="ok" d="M8 14v9M14 14v9M20 14v9M26 14v9" /><line class="base" x1="2" x2="42" y1="13" y2="13" />`,
      'below the line: an answer, at the moment it came; many on one spot make a longer mark',
    ],
    [
      html`<path class="fail" d="M8 13v-10M14 13v-10M20 13v-10M26 13v-10" /><line
          class="base"
          x1="2"
          x2="42"
          y1="13"
          y2="13"
        />`,
      'above the line: a request that failed, at the moment it was started; a single one is always seen',
    ],
    [
      html`<rect class="gap" x="4" y="8" width="28" height="5" /><rect
          class="promise"
          x="4"
          y="14"
          width="36"
          height="5"
        />`,
      'solid: the longest time without a success; hollow: the promise, from the same moment',
    ],
    [
      html`<rect class="connection whole" x="4" y="10" width="36" height="7" />`,
      'a long connection from its start to its end',
    ],
    [
      html`<rect class="connection broken" x="4" y="10" width="32" height="7" /><path
          class="cross"
          d="M32 9.5l8 8m0 -8l-8 8"
        />`,
      'a cross: it broke; hatched as well: it brought wrong bytes',
    ],
    [
      html`<rect class="state calm" x="4" y="4" width="36" height="18" />`,
      'as before the fault: the same holder, the same answer, up',
    ],
    [
      html`<rect class="state moved" x="4" y="4" width="36" height="18" />`,
      'thick border: another holder or another answer',
    ],
    [html`<rect class="state lost" x="4" y="4" width="36" height="18" />`, 'hatched: nobody, no answer, down'],
    [html`<rect class="state clash" x="4" y="4" width="36" height="18" />`, 'dotted: two balancers hold one address'],
    [
      html`<g class="moment fault"
        ><rect class="band" x="8" y="2" width="24" height="22" /><line x1="8" x2="8" y1="2" y2="24"
      /></g>`,
      'a line from top to bottom: the fault, or its repair; shaded as long as causing or repairing it took',
    ],
  ];
  return html`<details open class="together">
    <summary>How to read the pictures</summary>
    <ul class="legend">
      ${rows.map(([sample, words]) => html`<li><svg class="sample" width="44" height="26" viewBox="0 0 44 26" aria-hidden="true">${sample}</svg>${words}</li>`)}
    </ul>
  </details>`;
}
