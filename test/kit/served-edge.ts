import { onTestFinished } from 'vitest';
import type { EdgeView } from '../../src/report/edge-view.ts';
import type { EdgeCommand, RunningCommand } from './edge-command.ts';
import { type ReadSample, readPrometheus } from './read-prometheus.ts';

/** A dashboard that runs on an edge, as a browser of its link sees it. */
export interface ServedEdge {
  readonly command: RunningCommand;
  readonly get: (path: string) => Promise<Response>;
  readonly view: () => Promise<EdgeView>;
  readonly ask: (operation: object) => Promise<Response>;
  readonly events: () => Promise<readonly { readonly kind: string; readonly text: string; readonly at: string }[]>;
  /** The samples of a metric, as `/metrics` has them now. */
  readonly samples: (metric: string) => Promise<readonly ReadSample[]>;
  /** Ends it as Ctrl-C does; its exit code. */
  readonly end: () => Promise<number>;
}

/** Starts `evenkeel serve` on an edge. What a test leaves running ends with it. */
export async function serveEdgeCommand(edge: EdgeCommand): Promise<ServedEdge> {
  const command = edge.start('serve', '--listen', '127.0.0.1:0');
  const end = async (): Promise<number> => {
    command.kill('SIGINT');
    return (await command.ended).code;
  };
  onTestFinished(async () => void (await end()));
  const link = new URL((await command.prints(/http:\S+/))[0] ?? '');
  const headers = { Authorization: `Bearer ${link.searchParams.get('key')}` };
  const get = (path: string): Promise<Response> => fetch(new URL(path, link), { headers });
  return {
    command,
    get,
    view: async () => JSON.parse(await (await get('/api/view')).text()).view,
    ask: (operation) =>
      fetch(new URL('/api/operations', link), {
        method: 'POST',
        headers: { ...headers, 'Evenkeel-Request': '1' },
        body: JSON.stringify({ target: '', reason: 'a test', ...operation }),
      }),
    events: async () => JSON.parse(await (await get('/api/events')).text()).events,
    samples: async (metric) => {
      const families = readPrometheus(await (await get('/metrics')).text());
      return families.find(({ name }) => name === metric)?.samples ?? [];
    },
    end,
  };
}
