import { holderNames } from '../src/report/read-holder-event.ts';
import type { HoldingRow } from '../src/report/edge-view.ts';
import type { NumberedEvent } from '../src/report/timeline-event.ts';
import { type Holding, holderHistory } from './holder-history.ts';
import { wantedTime } from './look-back.ts';
import { nowMs, spanMs } from './time-span.ts';
import type { Tone } from './tone.ts';
import { when } from './words.ts';

/** Who held a VIP over the time that is shown, as a strip; in words for who can't see it. */
export function HolderStrip({ row, events }: { row: HoldingRow; events: readonly NumberedEvent[] }) {
  const until = nowMs.value;
  const from = until - spanMs.value;
  const pieces = holderHistory(row, events, { from, until });
  const wanted = wantedTime.value;
  const mark = wanted === undefined ? undefined : (Date.parse(wanted) - from) / spanMs.value;
  return (
    <div class="strip" role="img" aria-label={pieces.map((piece) => said(piece, until)).join('; ')}>
      {pieces.map((piece) => (
        <span
          key={piece.from}
          class={`piece ${toneOf(piece, row.preferred)}`}
          style={{ flexGrow: String(piece.until - piece.from) }}
          title={said(piece, until)}
        >
          {piece.holders === undefined ? '' : holderNames(piece.holders)}
        </span>
      ))}
      {mark !== undefined && mark >= 0 && mark <= 1 && <span class="mark" style={{ left: `${mark * 100}%` }} />}
    </div>
  );
}

function toneOf({ holders }: Holding, preferred: string): Tone {
  if (holders === undefined) return 'unknown';
  if (holders.length !== 1) return 'bad';
  return holders[0] === preferred ? 'good' : 'warn';
}

function said({ from, holders }: Holding, nowMs: number): string {
  const who = holders === undefined ? 'not known' : holderNames(holders);
  return `${who} from ${when(new Date(from).toISOString(), nowMs)}`;
}
