import type { DrillRow, Topology } from './edge-view.ts';

/**
 * Drills that were held where this dashboard looks: the lab and the hosts of an edge keep theirs in one history, and what broke in a lab is
 * no fault of the hosts. One whose place is not known counts.
 */
export function drillsHere(drills: readonly DrillRow[], { place: here }: Topology): readonly DrillRow[] {
  return drills.filter(({ place }) => place === undefined || place === here);
}
