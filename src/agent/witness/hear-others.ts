import type { AgentConfig } from '../../model/agent-config.ts';
import type { HeardClaims } from './claims-book.ts';
import { takeNewer } from './replay-guard.ts';
import type { SeenSenders } from './replay-guard.ts';
import { silentPeriods } from './witness-state.ts';
import type { HeardWitness } from './witness-state.ts';
import type { WitnessMessage } from './witness-message.ts';

/** What a balancer has heard so far. `undefined`: of somebody who is configured and was never heard. */
export interface Others {
  readonly peers: ReadonlyMap<string, HeardClaims | undefined>;
  readonly witnesses: ReadonlyMap<string, HeardWitness | undefined>;
  readonly seen: SeenSenders;
}

/** Nobody has been heard yet. */
export function nobodyHeard(config: Pick<AgentConfig, 'peers' | 'witnesses'>): Others {
  return {
    peers: new Map(config.peers.map(({ name }) => [name, undefined])),
    witnesses: new Map(config.witnesses.map(({ name }) => [name, undefined])),
    seen: new Map(),
  };
}

/**
 * Takes in a message that came at `now`. Claims count from peers, and only newer ones than before. Answers count from witnesses, to claims
 * that this balancer sent in this boot and not long ago; the rest is dropped.
 */
export function hearMessage(
  others: Others,
  message: WitnessMessage,
  own: { readonly boot: number; readonly sequence: number; readonly now: number },
): Others {
  if (message.kind === 'claims') {
    if (!others.peers.has(message.sender)) return others;
    const { isNewer, seen } = takeNewer(others.seen, message);
    if (!isNewer) return others;
    const heard = { at: own.now, claims: message.claims };
    return { ...others, seen, peers: new Map(others.peers).set(message.sender, heard) };
  }
  const isToUs =
    message.boot === own.boot && message.sequence <= own.sequence && message.sequence > own.sequence - silentPeriods;
  if (!others.witnesses.has(message.sender) || !isToUs) return others;
  const { isNewer, seen } = takeNewer(others.seen, message);
  if (!isNewer) return others;
  const reports = new Map(
    message.reports.map(({ balancer, ageMs, claims }) => [balancer, { at: own.now - ageMs, claims }]),
  );
  return { ...others, seen, witnesses: new Map(others.witnesses).set(message.sender, { at: own.now, reports }) };
}
