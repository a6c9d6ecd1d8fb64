import { heardAt, line, past, shown } from './edge-state.ts';
import { backToNow } from './look-back.ts';
import { nowMs } from './time-span.ts';
import { moment, when } from './words.ts';

/** What a reader must know before they believe the page: no line to the server, old facts, the past, a history that is not kept. */
export function Banner() {
  const then = past.value;
  return (
    <aside class="banners" aria-label="What to know first">
      <div role="status" aria-label="News of the page">
        {line.value === 'lost' && (
          <p class="banner lost">
            <strong>The dashboard server is not heard</strong> since{' '}
            {when(new Date(heardAt.value).toISOString(), nowMs.value)}. What you see is the last it said; it is tried
            again. The edge serves without it.
          </p>
        )}
        {lookLines().map((text) => (
          <p class="banner" key={text}>
            {text}
          </p>
        ))}
      </div>
      {then !== undefined && (
        <p class="banner past">
          <span>
            <strong>This is the past:</strong>{' '}
            {then.unwatchedSince === undefined
              ? `how it was at ${moment(then.at)}.`
              : `last seen ${moment(then.unwatchedSince)}; nobody watched at ${moment(then.at)}, and how it was then is not known.`}
          </span>{' '}
          <button onClick={backToNow}>Back to now</button>
        </p>
      )}
    </aside>
  );
}

function lookLines(): readonly string[] {
  const [look] = shown.look.value;
  if (look === undefined) return [];
  const { state, at, reason, historyTrouble } = look;
  return [
    ...(state === 'stale'
      ? [
          `The hosts can't be asked now: ${reason ?? 'the last look failed'}. What you see is from ${at === undefined ? 'before' : when(at, nowMs.value)}.`,
        ]
      : []),
    ...(state === 'never'
      ? [
          reason === undefined
            ? 'The hosts are asked for the first time; this takes a few seconds.'
            : `The hosts could not be asked: ${reason}. It is tried again.`,
        ]
      : []),
    ...(historyTrouble === undefined ? [] : [`What happens is shown and not kept: ${historyTrouble}`]),
  ];
}
