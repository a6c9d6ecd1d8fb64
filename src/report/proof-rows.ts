import type { FaultOutcome, NameserverOutcome, Proof, VipOutcome } from '../proof/promise.ts';
import { counted } from '../base/counted.ts';
import { faultKind, faultPlace, joined, worstOutcome } from './proof-words.ts';

/** Outcomes that are told in one row: one kind of fault, and the same kind of end. */
export interface ProofRow {
  readonly kind: string;
  readonly outcomes: readonly [FaultOutcome, ...FaultOutcome[]];
  /** The one whose outage is the longest: the row promises no less. */
  readonly worst: FaultOutcome;
}

/** The single faults of a proof, those of one kind that end alike folded into one row. */
export function foldSingles(proof: Proof): readonly ProofRow[] {
  const groups = new Map<string, [FaultOutcome, ...FaultOutcome[]]>();
  for (const outcome of proof.singles) {
    const key = `${faultKind(outcome.faults[0])}|${outcome.served}|${outcome.outage.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [outcome]);
    else group.push(outcome);
  }
  return [...groups.values()].map(rowOf);
}

/** A row for outcomes that belong together. */
export function rowOf(outcomes: readonly [FaultOutcome, ...FaultOutcome[]]): ProofRow {
  return { kind: outcomes[0].faults.map(faultKind).join(' + '), outcomes, worst: worstOutcome(outcomes) };
}

/** Where the faults of a row happen: `lb1 or lb2`, `any of 8`. */
export function placesOf({ outcomes }: ProofRow): string {
  const places = outcomes.map((outcome) => outcome.faults.map(faultPlace).join(' + '));
  const names = joined(places, 'or');
  return places.length > 1 && names.length > 18 ? `any of ${places.length}` : names;
}

/** Who holds what afterwards: `vip1 to lb2`, `vip1 on lb1 and lb2`, `vip1 unanswered`; `as before` when none moved. */
export function holdersOf({ outcomes }: ProofRow): string {
  const moved = outcomes.flatMap(({ faults }) =>
    faults.flatMap((fault) => (fault.kind === 'planned-move' ? [`${fault.vip} to ${fault.to}`] : [])),
  );
  if (moved.length > 0) {
    const text = moved.join(', ');
    return text.length <= 26 ? text : counted(moved.length, 'VIP moves', 'VIPs move');
  }
  const vips = outcomes.flatMap((outcome) => outcome.vips).filter((vip) => vipWords(vip) !== undefined);
  if (vips.length === 0) return 'as before';
  const words = [...new Set(vips.map(vipWords))].join(', ');
  if (words.length <= 26) return words;
  const count = new Set(vips.map(({ vip }) => vip)).size;
  if (vips.some((vip) => vip.working.length === 0)) return `${counted(count, 'VIP')} unanswered`;
  if (vips.some((vip) => vip.working.length > 1)) return `${counted(count, 'VIP')}, each on two`;
  return counted(count, 'VIP moves', 'VIPs move');
}

function vipWords(vip: VipOutcome): string | undefined {
  const [first, ...others] = vip.working;
  if (first === undefined) return `${vip.vip} unanswered`;
  if (others.length > 0) return `${vip.vip} on ${joined(vip.working, 'and')}`;
  return vip.connections === 'broken' || vip.outage.kind !== 'none' ? `${vip.vip} to ${first}` : undefined;
}

/** What the nameservers answer afterwards: `every VIP`, `dns1 silent`, `dns1 without vip1`. */
export function answersOf({ outcomes }: ProofRow): string {
  const words = [...new Set(outcomes.flatMap(answerWords))];
  if (words.length === 0) return 'every VIP';
  const text = words.join(', ');
  if (text.length <= 13) return text;
  if (outcomes.every((outcome) => outcome.nameservers.filter((server) => !server.answers).length === 1))
    return 'one is silent';
  return 'not all';
}

function answerWords({ nameservers, vips }: FaultOutcome): readonly string[] {
  return nameservers.flatMap((server: NameserverOutcome) => {
    if (!server.answers) return [`${server.nameserver} silent`];
    const missing = vips.map(({ vip }) => vip).filter((vip) => !server.vips.includes(vip));
    return missing.length === 0 ? [] : [`${server.nameserver} without ${joined(missing, 'and')}`];
  });
}
