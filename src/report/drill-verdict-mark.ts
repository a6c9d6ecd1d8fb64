import type { Verdict } from '../facts/drill-report.ts';
import { verdictWords } from './drill-words.ts';
import { html } from './markup.ts';
import type { Markup } from './markup.ts';

/** A verdict as a word in a frame. */
export function verdictMark(verdict: Verdict): Markup {
  return html`<span class="verdict ${verdict}">${verdictWords[verdict]}</span>`;
}
