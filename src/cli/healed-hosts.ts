import { healLeft, type LeftFault } from '../drill/heal-left.ts';
import type { CliContext } from './context.ts';
import { drillPlace, placeCauser } from './place-causer.ts';
import type { Edge } from './edge-file.ts';
import { type EdgeHosts, withEdgeHosts } from './edge-hosts.ts';
import type { Place } from './place.ts';

/** An edge and the machines a command points at. */
export interface EdgeAt {
  readonly edge: Edge;
  readonly place: Place;
}

/**
 * Does `work` with ways to every managed host, like `withEdgeHosts`, after healing what a drill that was killed left there.
 * Throws `undo-failed` when it can't be healed: a command must not take such a fault for the edge.
 */
export async function withHealedHosts<T>(
  context: CliContext,
  at: EdgeAt,
  work: (edgeHosts: EdgeHosts, healed: readonly LeftFault[]) => Promise<T>,
): Promise<T> {
  const { edge, place } = at;
  return withEdgeHosts(edge.model, place, async (edgeHosts) => {
    const healed = await healLeft(edge.stateDirectory, {
      place: drillPlace(edge.model, place),
      causer: placeCauser(edge.model, place, edgeHosts.hosts),
      emit: context.emit,
    });
    return work(edgeHosts, healed);
  });
}
