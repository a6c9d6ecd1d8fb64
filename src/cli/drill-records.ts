import { drillHtml } from '../report/drill-html.ts';
import type { DrillRow } from '../report/edge-view.ts';
import type { DrillRecords } from '../server/drill-records.ts';
import type { DrillEntry } from '../store/drill-history.ts';
import type { Edge } from './edge-file.ts';
import { historyRows, withHistory } from './edge-history.ts';

/** Drills that are listed; `evenkeel drill history` has all. */
const listed = 200;

/** The drills of an edge for its dashboard. */
export function drillRecords(edge: Pick<Edge, 'stateDirectory'>): DrillRecords {
  return {
    rows: historyRows(edge, () => withHistory(edge, (history) => (history?.list() ?? []).slice(-listed).map(drillRow))),
    html: (id) =>
      withHistory(edge, (history) => {
        const report = history?.get(id);
        return report === undefined ? undefined : drillHtml(report);
      }),
  };
}

function drillRow({ id, place, startedAt, verdict, faults, worst }: DrillEntry): DrillRow {
  return { key: String(id), place, startedAt, verdict, faults, ...(worst === undefined ? {} : { worst }) };
}
