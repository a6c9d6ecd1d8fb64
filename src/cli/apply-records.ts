import type { ApplyEnd } from '../apply/apply-plan.ts';
import type { Fault } from '../base/fault.ts';
import { managedHosts } from '../model/model.ts';
import type { ApplyRow } from '../report/edge-view.ts';
import { type ApplyRecord, openApplyHistory } from '../store/apply-history.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { historyPath, historyRows, keepInHistory } from './edge-history.ts';
import { lookAt } from './look-at.ts';
import { type Place, placeName } from './place.ts';

/** How an apply ended; `refused`: it threw, and no host was changed. */
export type ApplyOutcome = ApplyEnd | { readonly kind: 'refused'; readonly fault: Fault };

/** An apply that has ended. */
export interface EndedApply {
  readonly place: Place;
  /** Of its plan; undefined: it ended before there was one. */
  readonly generation: string | undefined;
  readonly outcome: ApplyOutcome;
}

/** Keeps what an apply did in the history of its edge (`keepInHistory`). */
export function keepApply(context: Pick<CliContext, 'now' | 'emit'>, edge: Edge, ended: EndedApply): void {
  const hosts = managedHosts(edge.model).map(({ name }) => name);
  keepInHistory(context, edge, {
    what: 'apply',
    open: openApplyHistory,
    keep: (history) => history.add(applyRecord(hosts, context.now(), ended)),
  });
}

/**
 * What is kept of an apply. A host is done when its manifest says the generation: all of them once the apply is done, else those that
 * it changed before it stopped.
 */
function applyRecord(hosts: readonly string[], now: Date, { place, generation, outcome }: EndedApply): ApplyRecord {
  const resultOf = (host: string): ApplyRecord['hosts'][number]['result'] => {
    if (outcome.kind === 'done') return 'done';
    if (outcome.kind === 'refused') return 'not-done';
    if (outcome.changed.includes(host)) return 'done';
    return outcome.kind === 'undo-failed' && outcome.host === host ? 'undo-failed' : 'not-done';
  };
  return {
    place: placeName(place),
    at: now.toISOString(),
    generation,
    note: outcome.kind === 'done' ? '' : outcome.fault.message,
    hosts: hosts.map((host) => ({ host, result: resultOf(host) })),
  };
}

/** What the last apply from this folder did to each host of the edge, for its dashboard (`historyRows`). */
export function applyRows(edge: Edge, place: Place): () => readonly ApplyRow[] | undefined {
  const known = new Set(managedHosts(edge.model).map(({ name }) => name));
  return historyRows(edge, () =>
    lookAt(historyPath(edge), openApplyHistory, (history) => history?.hosts(placeName(place)) ?? [])
      .filter(({ host }) => known.has(host))
      .map(({ host, done, ...rest }) => ({ key: host, ...rest, ...(done === undefined ? {} : { done }) })),
  );
}
