import { join } from 'node:path';
import type { AlertWorld } from '../server/alerts/start-alerts.ts';
import { openAlertStore } from '../store/alert-store.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { completeCommands } from './invocation.ts';
import { type Place, placeSuffix } from './place.ts';

/** Where it is kept what was told. */
export function alertsPath({ stateDirectory }: Pick<Edge, 'stateDirectory'>, place: Place): string {
  return join(stateDirectory, `alerts${placeSuffix(place)}.db`);
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
