/** How a thing is: `unknown` is not the same as well. */
export type Tone = 'good' | 'warn' | 'bad' | 'unknown';

/** A sign for each tone, so that colour is not all that tells. */
export const toneSigns: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✕', unknown: '?' };

const order: readonly Tone[] = ['bad', 'warn', 'unknown', 'good'];

/** What is wrong first; the rest stays as it was. */
export function troubleFirst<Row>(rows: readonly Row[], toneOf: (row: Row) => Tone): readonly Row[] {
  const byTone = Map.groupBy(rows, toneOf);
  return order.flatMap((tone) => byTone.get(tone) ?? []);
}

/** How what is wrong is coloured, and what nothing is wrong with. */
export const severityTones = { error: 'bad', warning: 'warn', none: 'good' } as const satisfies Readonly<
  Record<string, Tone>
>;
