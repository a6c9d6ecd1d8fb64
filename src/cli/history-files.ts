import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ReportSource } from '../store/report-material.ts';
import { openEdgeHistory } from '../store/edge-history.ts';
import { openProbeHistory } from '../store/probe-history.ts';
import type { Edge } from './edge-file.ts';
import type { Place } from './edge-hosts.ts';

/** The timeline of an edge. A lab has one of its own: what happens to it did not happen to the edge. */
export function timelinePath(edge: Pick<Edge, 'stateDirectory'>, place: Place): string {
  return join(edge.stateDirectory, `timeline${placeSuffix(place)}.db`);
}

/** What the outside probe saw of an edge. */
export function probesPath(edge: Pick<Edge, 'stateDirectory'>, place: Place): string {
  return join(edge.stateDirectory, `probes${placeSuffix(place)}.db`);
}

/** How a place is called in what is kept: `real`, `lab`, or `lab-` and its suffix. */
export function placeName(place: Place): string {
  return placeSuffix(place).slice(1) || 'real';
}

function placeSuffix(place: Place): string {
  if (place.kind === 'real') return '';
  return place.suffix === '' ? '-lab' : `-lab-${place.suffix}`;
}

/** Works with what was kept of an edge, also while a dashboard writes it. Of a file that is not there nothing is known; none is made. */
export function withReportSource<T>(
  edge: Pick<Edge, 'stateDirectory'>,
  place: Place,
  work: (source: ReportSource) => T,
): T {
  const [timeline, probes] = [timelinePath(edge, place), probesPath(edge, place)];
  const events = existsSync(timeline) ? openEdgeHistory(timeline) : undefined;
  try {
    const answers = existsSync(probes) ? openProbeHistory(probes) : undefined;
    try {
      return work({
        events: (query) => events?.events(query) ?? [],
        viewAt: (time) => events?.viewAt(time),
        operations: (limit) => events?.operations(limit) ?? [],
        spans: (range) => answers?.spans(range) ?? [],
      });
    } finally {
      answers?.close();
    }
  } finally {
    events?.close();
  }
}
