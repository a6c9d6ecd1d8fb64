import { join } from 'node:path';
import type { ReportSource } from '../store/report-material.ts';
import { openEdgeHistory } from '../store/edge-history.ts';
import { openProbeHistory } from '../store/probe-history.ts';
import type { Edge } from './edge-file.ts';
import { lookInto } from './look-at.ts';
import { type Place, placeSuffix } from './place.ts';

/** The timeline of an edge. */
export function timelinePath(edge: Pick<Edge, 'stateDirectory'>, place: Place): string {
  return join(edge.stateDirectory, `timeline${placeSuffix(place)}.db`);
}

/** What the outside probe saw of an edge. */
export function probesPath(edge: Pick<Edge, 'stateDirectory'>, place: Place): string {
  return join(edge.stateDirectory, `probes${placeSuffix(place)}.db`);
}

/** Works with what was kept of an edge, also while a dashboard writes it. Of a file that is not there nothing is known; none is made. */
export async function withReportSource<T>(
  edge: Pick<Edge, 'stateDirectory'>,
  place: Place,
  work: (source: ReportSource) => Promise<T>,
): Promise<T> {
  return lookInto(timelinePath(edge, place), openEdgeHistory, async (events) =>
    lookInto(probesPath(edge, place), openProbeHistory, async (answers) =>
      work({
        events: (query) => events?.events(query) ?? [],
        viewAt: (time) => events?.viewAt(time),
        watchedUntil: () => events?.watchedUntil(),
        operations: (limit) => events?.operations(limit) ?? [],
        spans: (range) => answers?.spans(range) ?? [],
      }),
    ),
  );
}
