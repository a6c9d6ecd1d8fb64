import { buildRouteMap } from '@stricli/core';
import { reportIncidentCommand } from './report-incident.ts';
import { reportMonthCommand } from './report-month.ts';

/** `evenkeel report ...`: what happened, from the history that `serve` keeps. */
export const reportRoutes = buildRouteMap({
  routes: {
    month: reportMonthCommand,
    incident: reportIncidentCommand,
  },
  docs: {
    brief: 'Write what happened: a month against its targets, or an incident; of a drill: "drill report"',
    fullDescription:
      'Write what happened, from the history that "serve" keeps beside the edge file: a month against its targets (`slo`),\n' +
      'or any range of time. The report of a drill is written by "drill report".',
  },
});
