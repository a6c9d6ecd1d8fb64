import { statSync } from 'node:fs';
import { Fault } from '../base/fault.ts';
import { drillHtml } from '../report/drill-html.ts';
import type { DrillRow } from '../report/edge-view.ts';
import type { DrillRecords } from '../server/drill-records.ts';
import type { DrillEntry } from '../store/drill-history.ts';
import type { Edge } from './edge-file.ts';
import { historyPath, withHistory } from './edge-history.ts';

/** Drills that are listed; `evenkeel drill history` has all. */
const listed = 200;

/** The drills of an edge for its dashboard. Drills from a terminal write the history too, so it is read again whenever its file changed. */
export function drillRecords(edge: Pick<Edge, 'stateDirectory'>): DrillRecords {
  let known: { readonly changedNs: bigint | undefined; readonly rows: readonly DrillRow[] } | undefined;
  return {
    rows() {
      try {
        const changedNs = statSync(historyPath(edge), { bigint: true, throwIfNoEntry: false })?.mtimeNs;
        if (known === undefined || known.changedNs !== changedNs) {
          const rows = withHistory(edge, (history) => (history?.list() ?? []).slice(-listed).map(drillRow));
          known = { changedNs, rows };
        }
        return known.rows;
      } catch (error) {
        // The dashboard does not end because of it; `evenkeel drill history` says what is wrong.
        if (error instanceof Fault) return [];
        throw error;
      }
    },
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
