import { listFirst } from '../src/base/list-first.ts';
import type { EdgeView, TrafficRow } from '../src/report/edge-view.ts';
import type { Tone } from './tone.ts';
import { duration, rate } from './words.ts';

/** How a host is, in a few words. */
export interface HostState {
  readonly tone: Tone;
  /** `up`, or what is wrong. */
  readonly words: string;
}

/** The tables from which the state of hosts follows. */
export type HostTables = Pick<EdgeView, 'balancers' | 'backends' | 'nameservers' | 'webServers'>;

/** The state of every host that was asked or seen, by name. */
export function hostStates({
  balancers,
  backends,
  nameservers,
  webServers,
}: HostTables): ReadonlyMap<string, HostState> {
  const seen = Map.groupBy(backends, ({ name }) => name);
  return new Map([
    ...balancers.map((row) => [row.host, balancerState(row)] as const),
    ...nameservers.map((row) => [row.host, nameserverState(row)] as const),
    ...[...seen].map(([name, rows]) => [name, seenState(rows)] as const),
    // What a managed web server says of itself matters when it is worse than what balancers see.
    ...webServers.flatMap((row) => {
      const state = webServerState(row);
      return state.tone === 'good' && seen.has(row.host) ? [] : [[row.host, state] as const];
    }),
  ]);
}

/** How a balancer is. */
export function balancerState(row: EdgeView['balancers'][number]): HostState {
  if (!row.reachable) return { tone: 'bad', words: row.reason ?? 'does not answer' };
  if (row.drained) return { tone: 'warn', words: 'drained by a person' };
  if (row.nginx !== 'active') return { tone: 'bad', words: `NGINX ${row.nginx}` };
  if (row.nginxHangs) return { tone: 'bad', words: 'NGINX hangs' };
  if (row.keepalived !== 'active') return { tone: 'bad', words: `keepalived ${row.keepalived}` };
  if (row.agentSees?.isolated === true) return { tone: 'bad', words: 'cut off from all others' };
  if (row.agentSees?.blind === true) return { tone: 'bad', words: 'reaches no backend' };
  if (row.agent !== undefined && row.agent !== 'active') return { tone: 'warn', words: `agent ${row.agent}` };
  const [failed] = row.agentSees?.failedParts ?? [];
  if (failed !== undefined) return { tone: 'warn', words: `agent: ${failed.part} failed` };
  if (row.lostTables.length > 0) return { tone: 'warn', words: 'lost its nftables' };
  const settling = row.agentSees?.settlingMs;
  if (settling !== undefined) return { tone: 'warn', words: `just back; takes VIPs in ${duration(settling)}` };
  return { tone: 'good', words: 'up' };
}

/** What a balancer serves, in a few words; undefined: not measured. */
export function trafficWords(row: TrafficRow | undefined): string | undefined {
  if (row === undefined) return undefined;
  const slow = row.p95Ms === undefined ? '' : `, p95 ${duration(row.p95Ms)}`;
  return `${rate(row.requestsPerSecond)} req/s${slow}`;
}

function nameserverState(row: EdgeView['nameservers'][number]): HostState {
  if (!row.answering) return { tone: 'bad', words: 'does not answer DNS' };
  if (!row.reachable) return { tone: 'warn', words: 'answers DNS, not SSH' };
  return { tone: 'good', words: `answers ${listFirst(row.answers, 2)}` };
}

function webServerState(row: EdgeView['webServers'][number]): HostState {
  if (!row.managed) return { tone: 'good', words: 'not managed' };
  if (!row.reachable) return { tone: 'bad', words: row.reason ?? 'does not answer' };
  if (row.nginx !== undefined && row.nginx !== 'active') return { tone: 'bad', words: `NGINX ${row.nginx}` };
  return { tone: 'good', words: 'in no pool' };
}

function seenState(rows: EdgeView['backends']): HostState {
  const down = rows.filter(({ up }) => !up);
  const [first] = down;
  if (first === undefined) return { tone: 'good', words: 'up' };
  return down.length === rows.length
    ? { tone: 'bad', words: first.reason }
    : { tone: 'warn', words: `down for ${listFirst([...new Set(down.map(({ balancer }) => balancer))], 2)}` };
}
