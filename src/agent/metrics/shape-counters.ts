import { latencyBounds } from '../../model/latency-buckets.ts';
import { statusClasses, statusCounts } from '../../facts/agent-metrics.ts';
import type { BackendMetrics, NginxMetrics, SiteMetrics, StatusCounts } from '../../facts/agent-metrics.ts';
import { isObject } from '../../facts/fields.ts';
import type { AgentPool } from '../../model/agent-config.ts';

/** What NGINX's own code has counted (`src/render/lua-metrics.ts`). */
export type RequestCounters = Pick<NginxMetrics, 'sites' | 'backends' | 'handshakes' | 'protocols'>;

/** Label of tries for which NGINX had no backend: it then names the upstream. */
const noBackend = 'none';

interface Subject {
  readonly kind: 'site' | 'backend';
  readonly words: readonly string[];
  readonly counts: Map<string, number>;
}

/**
 * Makes of NGINX's flat counters (`site shop.example 2`, `backend web 10.0.0.31:80 seconds`) what they are of. An address that is none of
 * the pool's is counted as `none`, so that labels are only ever those of the configuration. Sorted by site, pool and backend.
 * Throws a plain Error when this is no answer of ours.
 */
export function shapeCounters(answer: unknown, pools: readonly AgentPool[]): RequestCounters {
  const flat = isObject(answer) ? answer['counts'] : undefined;
  if (!isObject(flat)) throw new Error('the counters of NGINX are not what was asked for');
  const subjects = new Map<string, Subject>();
  const others = new Map<string, number>();
  for (const [key, value] of Object.entries(flat)) {
    if (typeof value !== 'number' || !Number.isFinite(value)) continue;
    const words = key.split(' ');
    const [kind] = words;
    if (kind !== 'site' && kind !== 'backend') {
      others.set(key, value);
      continue;
    }
    const name = words.slice(0, -1).join(' ');
    const subject = subjects.get(name) ?? { kind, words: words.slice(1, -1), counts: new Map() };
    subject.counts.set(words.at(-1) ?? '', value);
    subjects.set(name, subject);
  }
  const all = [...subjects.values()];
  return {
    sites: all
      .filter(({ kind }) => kind === 'site')
      .map(siteMetrics)
      .toSorted(byText(({ site }) => site)),
    backends: backendMetrics(
      all.filter(({ kind }) => kind === 'backend'),
      pools,
    ),
    handshakes: { full: others.get('tls full') ?? 0, resumed: others.get('tls resumed') ?? 0 },
    protocols: [...others]
      .filter(([key]) => key.startsWith('protocol '))
      .map(([key, requests]) => ({ protocol: key.slice('protocol '.length), requests }))
      .toSorted(byText(({ protocol }) => protocol)),
  };
}

function siteMetrics({ words: [site = ''], counts }: Subject): SiteMetrics {
  return {
    site,
    statuses: statusesOf(counts),
    bytes: counts.get('bytes') ?? 0,
    seconds: counts.get('seconds') ?? 0,
    buckets: Array.from({ length: latencyBounds.length + 1 }, (_, index) => counts.get(`b${index + 1}`) ?? 0),
  };
}

function backendMetrics(subjects: readonly Subject[], pools: readonly AgentPool[]): readonly BackendMetrics[] {
  const names = new Map(
    pools.flatMap((pool) =>
      pool.backends.map(({ name, address, port }) => [`${pool.name} ${endpoint(address, port)}`, name] as const),
    ),
  );
  const merged = new Map<string, BackendMetrics>();
  for (const { words, counts } of subjects) {
    const [pool = '', address = ''] = words;
    const backend = names.get(`${pool} ${address}`) ?? noBackend;
    const key = `${pool} ${backend}`;
    const known = merged.get(key);
    const statuses = statusesOf(counts);
    merged.set(key, {
      pool,
      backend,
      statuses: statusCounts((name) => (known?.statuses[name] ?? 0) + statuses[name]),
      seconds: (known?.seconds ?? 0) + (counts.get('seconds') ?? 0),
    });
  }
  return [...merged.values()].toSorted(byText(({ pool, backend }) => `${pool} ${backend}`));
}

/** As NGINX writes it in `$upstream_addr`. */
function endpoint(address: string, port: number): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

function statusesOf(counts: ReadonlyMap<string, number>): StatusCounts {
  return statusCounts((name) => counts.get(String(statusClasses.indexOf(name))) ?? 0);
}

function byText<T>(text: (one: T) => string): (a: T, b: T) => number {
  return (a, b) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0);
}
