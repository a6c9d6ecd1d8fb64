import { parseAgentMetrics } from '../facts/agent-metrics.ts';
import { parseBackendChecks } from '../facts/backend-checks.ts';
import type { HostMetrics } from '../facts/host-metrics.ts';
import { parsePowerdnsStatistics } from '../facts/powerdns-statistics.ts';
import type { Host } from '../hosts/host.ts';
import { pause } from '../hosts/pause.ts';
import type { Balancer, Model, Nameserver } from '../model/model.ts';
import { askAgentAll } from './ask-agent.ts';
import { askTogether } from './ask-together.ts';
import { ask, printed } from './status-ask.ts';

/** PowerDNS answers from memory. Milliseconds. As long as the agent has, so that both are one session. */
const statisticsMs = 8_000;

/** How long anybody waits for a host. Prometheus gives up after ten seconds, and then has nothing of any host. Milliseconds. */
const patienceMs = 4_000;

/** Whom to ask. */
export interface MeasuredEdge {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  /** Ends all waiting. */
  readonly signal: AbortSignal;
  /** Instead of the usual four seconds. */
  readonly waitMs?: number;
}

/**
 * Asks every balancer and nameserver what it has counted, all at once, each time it is called. A host that does not answer in time is part of
 * the answer, and is not asked again while it still may: the next call waits for the same answer. Rejects only on bugs.
 */
export function metricsAsker(edge: MeasuredEdge): () => Promise<readonly HostMetrics[]> {
  const { model, hosts } = edge;
  const running = new Map<string, Promise<HostMetrics>>();
  return () =>
    Promise.all(
      [...model.balancers, ...model.nameservers].map((machine) => {
        const asked = running.get(machine.name) ?? askHost(machine, hosts).finally(() => running.delete(machine.name));
        running.set(machine.name, asked);
        return inTime(asked, edge, nothingOf(machine));
      }),
    );
}

/** The answer, or this one when it takes too long. */
async function inTime<T>(answer: Promise<T>, { signal, waitMs = patienceMs }: MeasuredEdge, late: T): Promise<T> {
  const over = new AbortController();
  try {
    return await Promise.race([answer, pause(waitMs, AbortSignal.any([over.signal, signal])).then(() => late)]);
  } finally {
    over.abort();
  }
}

function nothingOf({ name: host, kind }: Balancer | Nameserver): HostMetrics {
  return { host, kind, agent: undefined, checks: [], powerdns: undefined };
}

async function askHost(machine: Balancer | Nameserver, hosts: ReadonlyMap<string, Host>): Promise<HostMetrics> {
  const { name, kind } = machine;
  const connected = hosts.get(name);
  if (connected === undefined) return nothingOf(machine);
  const together = askTogether(connected);
  const [asked, statistics] = await Promise.all([
    askAgentAll(together, kind === 'balancer' ? ['metrics', 'backends'] : ['metrics']),
    kind === 'nameserver' ? ask(together, { argv: ['pdns_control', 'show', '*'], timeoutMs: statisticsMs }) : undefined,
  ]);
  const answers = asked?.state === 'answered' ? asked.answers : [];
  const shown = statistics === undefined ? '' : printed(statistics);
  return {
    ...nothingOf(machine),
    agent: parseAgentMetrics(answers[0]),
    checks: parseBackendChecks(answers[1]),
    powerdns: shown === '' ? undefined : parsePowerdnsStatistics(shown),
  };
}
