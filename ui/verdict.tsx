import { counted } from '../src/base/counted.ts';
import { computed } from '@preact/signals';
import type { LookTurns } from '../src/report/edge-status.ts';
import type { Topology } from '../src/report/edge-view.ts';
import { type Snapshot, line, past, shown } from './edge-state.ts';
import { find } from './find.ts';
import { holdingTone, holdingWords } from './holding.ts';
import { nowMs } from './time-span.ts';
import { toneSigns } from './tone.ts';
import { notYetWords, turnWords } from './turn-words.ts';
import { when } from './words.ts';

/** More VIPs than these are counted and not listed. */
const listedVips = 8;

const verdict = computed(() => {
  const errors = shown.problems.value.filter(({ severity }) => severity === 'error').length;
  const warnings = shown.problems.value.length - errors;
  const [look] = shown.look.value;
  const state = look?.state ?? 'never';
  if (state === 'never') return { tone: 'unsure', sign: '?', text: 'Not known yet' } as const;
  const counts = [
    ...(errors > 0 ? [counted(errors, 'problem')] : []),
    ...(warnings > 0 ? [counted(warnings, 'warning')] : []),
  ].join(', ');
  const notAsked = (['sites', 'names'] as const).flatMap((of) => notYetWords(look?.turns, of) ?? []).join(', ');
  const well = notAsked === '' ? 'Healthy' : 'Healthy as far as asked';
  const more = [counts, notAsked].filter((part) => part !== '').join('; ');
  const word = `${errors > 0 ? 'Not healthy' : well}${more === '' ? '' : `: ${more}`}`;
  const then = past.value;
  const isSure = then === undefined ? state === 'fresh' && line.value === 'open' : then.unwatchedSince === undefined;
  if (!isSure) return { tone: 'unsure', sign: toneSigns.unknown, text: `${word}, when last seen` } as const;
  const text = then === undefined ? word : `${word}, then`;
  const tone = errors > 0 ? 'bad' : warnings > 0 ? 'warn' : 'good';
  return notAsked !== '' && tone === 'good'
    ? ({ tone: 'unsure', sign: toneSigns.unknown, text } as const)
    : ({ tone, sign: toneSigns[tone], text } as const);
});

/** The first thing to be read: is all well, and who holds what? */
export function Verdict({ topology, visitor }: { topology: Topology; visitor: Snapshot['visitor'] }) {
  const [look] = shown.look.value;
  const { tone, sign, text } = verdict.value;
  return (
    <header class={`verdict ${tone}`}>
      <div class="verdict-main">
        <h1>
          {topology.edge} <small>{topology.place === 'lab' ? 'in the lab' : 'on its hosts'}</small>
        </h1>
        <p class="word" role="status" aria-label="Verdict">
          <span aria-hidden="true">{sign} </span>
          {text}
        </p>
        <Holders />
      </div>
      <div class="verdict-side">
        <label class="find">
          <span>Find</span>
          <input
            type="search"
            value={find.value}
            placeholder="host, VIP, site, pool"
            onInput={({ currentTarget }) => (find.value = currentTarget.value)}
          />
        </label>
        <p class="quiet">
          {look?.at === undefined ? 'not looked at yet' : `looked at ${when(look.at, nowMs.value)}`}
          {turnParts(look?.turns).map((words) => ` · ${words}`)} · failover {topology.failover} · {visitor.name} (
          {visitor.role})
        </p>
      </div>
    </header>
  );
}

/** How old a look may be where it is of many; what was not asked yet stands above. */
function turnParts(turns: LookTurns | undefined): readonly string[] {
  return (['sites', 'names'] as const).flatMap((of) =>
    notYetWords(turns, of) === undefined ? (turnWords(turns, of) ?? []) : [],
  );
}

/** Who holds what, in a line. */
function Holders() {
  const rows = shown.holdings.value;
  if (rows.length === 0) return null;
  if (rows.length <= listedVips) {
    return (
      <ul class="holders" aria-label="Who holds what">
        {rows.map((row) => (
          <li key={row.key} class={holdingTone(row)}>
            <span class="name">{row.key}</span> {toneSigns[holdingTone(row)]} {holdingWords(row)}
          </li>
        ))}
      </ul>
    );
  }
  const tones = Map.groupBy(rows, holdingTone);
  const parts = [
    `${counted(rows.length, 'VIP')}: ${tones.get('good')?.length ?? 0} where they prefer`,
    ...(tones.has('warn') ? [`${tones.get('warn')?.length ?? 0} elsewhere`] : []),
    ...(tones.has('unknown') ? [`${tones.get('unknown')?.length ?? 0} with a silent host`] : []),
    ...(tones.has('bad') ? [`${tones.get('bad')?.length ?? 0} with nobody or several`] : []),
  ];
  return <p class="holders">{parts.join(', ')}</p>;
}
