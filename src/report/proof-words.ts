import { counted } from '../base/counted.ts';
import type { ModelFault } from '../proof/fault.ts';
import { promisedMs } from '../proof/outage.ts';
import type { FaultOutcome, Outage, Proof } from '../proof/promise.ts';
import { promiseInShort } from './drill-words.ts';

/** What a fault is about: `lb1`, `lb1>lb2`, `web`, as in the fault's name. */
export function faultPlace(fault: ModelFault): string {
  switch (fault.kind) {
    case 'partition':
      return fault.direction === 'one-way' ? `${fault.from}>${fault.to}` : `${fault.from}=${fault.to}`;
    case 'backend-dead':
    case 'backend-off':
    case 'backend-hung':
    case 'backend-flapping':
    case 'backend-wrong':
      return fault.backend;
    case 'pool-dead':
      return fault.pool;
    case 'nameserver-off':
      return fault.nameserver;
    case 'gateway-lost':
      return fault.network;
    case 'agent-dead':
    case 'agent-hung':
    case 'agent-restarted':
      return fault.host;
    case 'foreign-vrrp':
    case 'two-holders':
      return fault.vip;
    case 'planned-move':
      return `${fault.vip}>${fault.to}`;
    default:
      return fault.balancer;
  }
}

/** A fault's kind in a word; the two kinds of partition are two. */
export function faultKind(fault: ModelFault): string {
  return fault.kind === 'partition' ? `${fault.direction} partition` : fault.kind;
}

/** How long an outage is, in short: `157 ms`, `none`, `repair`. */
export function outageInShort(outage: Outage): string {
  return promiseInShort(promisedMs(outage));
}

/** How long an outage is, so that two can be compared. */
export function outageMs(outage: Outage): number {
  return promisedMs(outage) ?? Number.POSITIVE_INFINITY;
}

/** The outcome with the longest outage; the first of several. */
export function worstOutcome(outcomes: readonly [FaultOutcome, ...FaultOutcome[]]): FaultOutcome {
  return outcomes.reduce((worst, each) => (outageMs(each.outage) > outageMs(worst.outage) ? each : worst));
}

/** Whether somebody is without service until something is repaired. */
export function endsService(outcome: FaultOutcome): boolean {
  return outcome.served !== 'everybody' || outcome.outage.kind === 'until-repaired';
}

/** A proof in one sentence: what is survived, and the longest promised outage. */
export function proofInWords(proof: Proof): string {
  if (proof.refusals.length > 0)
    return `refused: ${counted(proof.refusals.length, 'reason')} why this edge can't fail over`;
  const lasting = proof.singles.filter(endsService);
  const survived = proof.singles.filter((outcome) => !endsService(outcome));
  const [first, ...others] = survived;
  const longest = first === undefined ? undefined : worstOutcome([first, ...others]);
  const outage =
    longest === undefined || longest.outage.kind === 'none'
      ? 'nobody notices any'
      : `the longest promised outage is ${outageInShort(longest.outage)} (${longest.name})`;
  if (lasting.length === 0) return `every single fault is survived; ${outage}`;
  const most =
    lasting.length > 4
      ? [...lasting.slice(0, 3).map(({ name }) => name), `${lasting.length - 3} more`]
      : lasting.map(({ name }) => name);
  return `every single fault is survived but ${joined(most, 'and')}; ${outage}`;
}

/** `a`, `a or b`, `a, b or c`. */
export function joined(words: readonly string[], last: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${last} ${words.at(-1) ?? ''}`;
}
