import { agentFormat } from '../model/agent-config.ts';
import type { AgentConfig } from '../model/agent-config.ts';
import type { AgentPart } from './agent-part.ts';
import { askRegistry } from './ask-registry.ts';
import { serveAsks } from './ask-socket.ts';
import { pause } from './pause.ts';

/** Milliseconds until a part that failed is begun again. */
const againMs = 1_000;
/** Milliseconds between two turns of an agent of which no sign of life is wanted: a timer keeps it alive. */
const idleMs = 60_000;

/** What an agent is made of. */
export interface AgentSetup {
  readonly config: AgentConfig;
  /** Name -> part. */
  readonly parts: ReadonlyMap<string, AgentPart>;
  readonly socketPath: string;
  readonly log: (line: string) => void;
  /** Milliseconds of a clock that never steps. */
  readonly now: () => number;
  /** Tells the service manager: `READY=1`, `WATCHDOG=1`, `STOPPING=1`. */
  readonly tell: (word: string) => Promise<void>;
  /** Milliseconds between two signs of life; undefined: none is wanted. */
  readonly watchdogMs: number | undefined;
}

/** How a part is doing. */
interface PartState {
  readonly state: 'running' | 'failed';
  /** Why it failed last; it was begun again since, when it runs. */
  readonly failure: string | undefined;
  readonly failures: number;
  /** What the part itself reported last. */
  readonly report: unknown;
}

/**
 * Runs an agent until the signal fires. A part that fails is begun again a second later while the others go on: what one of them
 * can't do is no reason to stop asking NGINX. Throws when the socket can't be listened on.
 */
export async function runAgent(setup: AgentSetup, signal: AbortSignal): Promise<void> {
  const { config, now, tell, log } = setup;
  const began = now();
  const registry = askRegistry();
  const states = new Map<string, PartState>();
  registry.register('agent', 'status', () => ({
    format: agentFormat,
    edge: config.edge,
    host: config.host,
    role: config.role,
    upMs: Math.round(now() - began),
    parts: Object.fromEntries(states),
  }));
  const server = await serveAsks(setup.socketPath, registry.answer);
  const parts = [...setup.parts].map(([name, part]) => keepRunning(name, part));
  log(`runs on ${config.host} of ${config.edge}: ${[...setup.parts.keys()].join(', ') || 'no parts'}`);
  await tell('READY=1');
  await signsOfLife(setup, signal);
  await tell('STOPPING=1');
  await Promise.all(parts);
  await server.close();
  log('ends');

  async function keepRunning(name: string, part: AgentPart): Promise<void> {
    const change = (change: Partial<PartState>): void => {
      const before = states.get(name) ?? { state: 'running', failure: undefined, failures: 0, report: undefined };
      states.set(name, { ...before, ...change });
    };
    while (!signal.aborted) {
      change({ state: 'running' });
      // What this run began ends with it, also what still goes on when it fails.
      const run = new AbortController();
      const failure = await part(
        {
          config,
          now,
          log: (line) => log(`${name}: ${line}`),
          register: (ask, handler) => registry.register(name, ask, handler),
          report: (report) => change({ report }),
        },
        AbortSignal.any([signal, run.signal]),
      ).then(
        () => 'it ended by itself',
        (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
      );
      run.abort();
      if (signal.aborted) return;
      change({ state: 'failed', failure, failures: (states.get(name)?.failures ?? 0) + 1 });
      log(`${name}: failed, and is begun again: ${failure}`);
      await pause(againMs, signal);
    }
  }
}

/** Says that the event loop turns, until the signal fires. */
async function signsOfLife({ watchdogMs, tell }: AgentSetup, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (watchdogMs !== undefined) await tell('WATCHDOG=1');
    await pause(watchdogMs ?? idleMs, signal);
  }
}
