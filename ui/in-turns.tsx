import { shown } from './edge-state.ts';
import { type TurnOf, turnWords } from './turn-words.ts';

/** Beside a title: what of it is not known yet, or how old the oldest may be; nothing when each look asks for all. */
export function InTurns({ of }: { of: TurnOf }) {
  const words = turnWords(shown.look.value[0]?.turns, of);
  return words === undefined ? null : <span class="quiet">{words}</span>;
}
