import { buildApplication, buildRouteMap } from '@stricli/core';
import { alertRoutes } from './alert.ts';
import { applyCommand } from './apply.ts';
import { checkCommand } from './check.ts';
import { completionCommand } from './completion.ts';
import type { CliContext } from './context.ts';
import { diagramCommand } from './diagram.ts';
import { drainCommand, undrainCommand } from './drain.ts';
import { drillRoutes } from './drill.ts';
import { exportCommand } from './export.ts';
import { initCommand } from './init.ts';
import { labRoutes } from './lab.ts';
import { moveCommand } from './move.ts';
import { planCommand } from './plan.ts';
import { renderCommand } from './render.ts';
import { reportRoutes } from './report.ts';
import { schemaCommand } from './schema.ts';
import { serveRoutes } from './serve-routes.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { traceCommand } from './trace.ts';
import { versionCommand } from './version.ts';

/** Every command. Each is a file of its own name; what it needs is loaded when it runs. */
export const app = buildApplication<CliContext>(
  buildRouteMap({
    routes: {
      init: initCommand,
      check: checkCommand,
      schema: schemaCommand,
      render: renderCommand,
      diagram: diagramCommand,
      export: exportCommand,
      plan: planCommand,
      apply: applyCommand,
      status: statusCommand,
      trace: traceCommand,
      move: moveCommand,
      drain: drainCommand,
      undrain: undrainCommand,
      drill: drillRoutes,
      report: reportRoutes,
      lab: labRoutes,
      serve: serveRoutes,
      alert: alertRoutes,
      start: startCommand,
      completion: completionCommand,
      version: versionCommand,
    },
    docs: {
      brief: 'An active/active load-balanced edge from one file, on stock keepalived, NGINX and PowerDNS',
      fullDescription: [
        'An active/active load-balanced edge from one file, on stock keepalived, NGINX and PowerDNS.',
        '',
        'Begin with "evenkeel start -f examples/devops.com/edge.yaml": the whole edge on throw-away Debian machines on',
        'this computer. Then "evenkeel init > edge.yaml", "check", "plan" and "apply" for servers of your own.',
        '',
        'Exit codes: 0 done, 1 the world refused, 2 usage or invalid file, 3 plan --exit-code and changes pending,',
        '4 failed and undone, 5 undo failed.',
      ].join('\n'),
    },
  }),
  {
    name: 'evenkeel',
    scanner: { caseStyle: 'allow-kebab-for-camel', allowArgumentEscapeSequence: true },
    documentation: { useAliasInUsageLine: true },
  },
);
