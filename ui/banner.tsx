import { line, past, view } from './edge-state.ts';
import { moment } from './words.ts';

/** What a reader must know before they believe the page: no line to the server, old facts, the past, a history that is not kept. */
export function Banner() {
  const [look] = view.value.look;
  const lines = [
    ...(line.value === 'lost'
      ? ['The dashboard server is not heard. What you see is the last it said; the edge serves without it.']
      : []),
    ...(look?.state === 'stale'
      ? [`What you see is from ${look.at === undefined ? 'before' : moment(look.at)}: ${look.reason ?? ''}`]
      : []),
    ...(look?.state === 'never'
      ? [
          look.reason === undefined
            ? 'The hosts are asked for the first time.'
            : `The hosts could not be asked: ${look.reason}`,
        ]
      : []),
    ...(look?.historyTrouble === undefined ? [] : [`What happens is shown and not kept: ${look.historyTrouble}`]),
  ];
  const then = past.value;
  return (
    <div class="banners" role="status" aria-live="polite">
      {then !== undefined && (
        <p class="banner past">
          This is how it was at {moment(then.at)}. <button onClick={() => (past.value = undefined)}>Back to now</button>
        </p>
      )}
      {lines.map((text) => (
        <p class="banner" key={text}>
          {text}
        </p>
      ))}
    </div>
  );
}
