import { join } from 'node:path';
import type { AlertWorld } from '../server/alerts/start-alerts.ts';
import { openAlertStore } from '../store/alert-store.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import type { Place } from './place.ts';
import { completeCommands } from './invocation.ts';

/** Where it is kept what was told. A lab has a file of its own: what happens to it did not happen to the edge. */
export function alertsPath({ stateDirectory }: Pick<Edge, 'stateDirectory'>, place: Place): string {
  if (place.kind === 'real') return join(stateDirectory, 'alerts.db');
  return join(stateDirectory, place.suffix === '' ? 'alerts-lab.db' : `alerts-lab-${place.suffix}.db`);
}

/** The alerts of an edge, as a dashboard sends them. */
export function alertWorld(context: CliContext, edge: Edge, place: Place): AlertWorld {
  const path = alertsPath(edge, place);
  return {
    settings: edge.model.alerts,
    directory: edge.directory,
    openStore: () => openAlertStore(path),
    lockPath: `${path}.lock`,
    complete: (text) => completeCommands(text, context.invocation),
  };
}
