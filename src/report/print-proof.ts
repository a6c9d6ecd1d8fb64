import type { FaultOutcome, Outage, Proof, ProofRefusal } from '../proof/promise.ts';
import { doublesInWords, groupRisks } from './accepted-risks.ts';
import { sumInWords } from './drill-words.ts';
import { answersOf, foldSingles, holdersOf, placesOf, rowOf } from './proof-rows.ts';
import type { ProofRow } from './proof-rows.ts';
import { outageInShort, proofInWords } from './proof-words.ts';
import { joinLines, wrapWords } from './text-lines.ts';
import { textTable } from './text-table.ts';
import type { Cell } from './text-table.ts';
import type { TextStyle } from './text-style.ts';

/** `short`: faults of one kind in one row, double faults counted. `full`: every fault and every pair in a row of its own. */
export type ProofDetail = 'short' | 'full';

/**
 * What a proof promises, for a reader: the verdict in one sentence, why it is refused, then for each fault who holds
 * what, what DNS answers, who is served, and the longest outage with its arithmetic; at last what two faults at once do.
 */
export function printProof(proof: Proof, style: TextStyle, detail: ProofDetail = 'short'): string {
  const rows = detail === 'short' ? foldSingles(proof) : proof.singles.map((outcome) => rowOf([outcome]));
  return joinLines([
    wrapWords(`Proof: ${proofInWords(proof)}`.split(' '), { separator: ' ', first: '' }).map((line) =>
      style(proof.refusals.length > 0 ? 'bad' : 'strong', line),
    ),
    proof.refusals.flatMap((refusal) => refusalLines(refusal, style)),
    rowLines(rows, style),
    proof.doubles.length === 0
      ? []
      : [
          ...wrapWords(doublesInWords(proof).split(' '), { separator: ' ', first: '' }),
          ...groupRisks(proof).map(({ count, words }) => `  ${String(count).padStart(4)}  ${words}`),
          ...(detail === 'short'
            ? [style('quiet', '  every fault and every pair by name: evenkeel check --full')]
            : []),
        ],
    detail === 'full' && proof.doubles.length > 0 ? doubleLines(proof.doubles, style) : [],
  ]);
}

function refusalLines({ code, fault, vip, message, fix }: ProofRefusal, style: TextStyle): readonly string[] {
  return [
    `${style('bad', 'refused')}  ${code}  ${fault}, ${vip}`,
    ...wrapWords(message.split(' '), { separator: ' ', first: '  ' }),
    ...wrapWords(`fix: ${fix}`.split(' '), { separator: ' ', first: '  ' }),
  ];
}

function rowLines(rows: readonly ProofRow[], style: TextStyle): readonly string[] {
  const dns = rows.some((row) => row.worst.nameservers.length > 0);
  const head = ['fault', 'on', 'promise', 'served', 'addresses', dns ? 'DNS' : ''];
  const cells = rows.map((row): readonly Cell[] => [
    row.kind,
    placesOf(row),
    outageInShort(row.worst.outage),
    servedCell(row.worst),
    holdersOf(row),
    dns ? answersOf(row) : '',
  ]);
  const [first = '', ...lines] = textTable([head, ...cells], style);
  const explained = new Set<string>();
  return [
    style('quiet', first),
    ...rows.flatMap((row, index) => [
      lines[index] ?? '',
      ...[...arithmeticLines(row.worst.outage, explained), ...notes(row).flatMap(wrapped)].map((line) =>
        style('quiet', line),
      ),
    ]),
  ];
}

function servedCell({ served }: FaultOutcome): Cell {
  return served === 'everybody' ? 'all' : { text: served, tone: served === 'some' ? 'warn' : 'bad' };
}

/** The sum that makes a promise. A term is explained where it comes first; from then on its name is enough. */
function arithmeticLines(outage: Outage, explained: Set<string>): readonly string[] {
  switch (outage.kind) {
    case 'none':
      return [];
    case 'until-repaired':
      return wrapped(`until repaired: ${outage.why}`);
    case 'bounded': {
      const terms = outage.terms.map(({ what, ms }) => {
        const known = explained.has(what);
        explained.add(what);
        return { what: known ? (what.split(':')[0] ?? what) : what, ms };
      });
      return wrapWords(sumInWords(terms, outage.ms).split(' + '), { separator: ' +', first: '    ' });
    }
  }
}

function wrapped(text: string): readonly string[] {
  return wrapWords(text.split(' '), { separator: ' ', first: '    ' });
}

/** Notes of the row's worst outcome; those of the others differ by names only. */
function notes({ worst, outcomes }: ProofRow): readonly string[] {
  const prefix = outcomes.length > 1 && worst.notes.length > 0 ? `${worst.name}: ` : '';
  return worst.notes.map((note) => `${prefix}${note}`);
}

function doubleLines(doubles: readonly FaultOutcome[], style: TextStyle): readonly string[] {
  const head = ['promise', 'served', 'two faults'];
  const rows = doubles.map((outcome): readonly Cell[] => [
    outageInShort(outcome.outage),
    servedCell(outcome),
    outcome.name,
  ]);
  const [first = '', ...lines] = textTable([head, ...rows], style);
  return [style('quiet', first), ...lines];
}
