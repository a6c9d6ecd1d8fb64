import { buildRouteMap } from '@stricli/core';
import { drillCompareCommand } from './drill-compare.ts';
import { drillHealCommand } from './drill-heal.ts';
import { drillHistoryCommand } from './drill-history.ts';
import { drillListCommand } from './drill-list.ts';
import { drillMatrixCommand } from './drill-matrix.ts';
import { drillReportCommand } from './drill-report.ts';
import { drillRunCommand } from './drill-run.ts';

/** `evenkeel drill ...`: faults, caused for real and measured from a client's side. */
export const drillRoutes = buildRouteMap({
  routes: {
    list: drillListCommand,
    run: drillRunCommand,
    matrix: drillMatrixCommand,
    heal: drillHealCommand,
    history: drillHistoryCommand,
    report: drillReportCommand,
    compare: drillCompareCommand,
  },
  docs: { brief: 'Cause faults for real, measure what clients notice, and hold it against the promise' },
});
