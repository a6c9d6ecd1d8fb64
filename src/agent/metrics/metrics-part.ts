import { errorWords } from '../../base/error-words.ts';
import type { AgentMetrics, NginxMetrics, VipMetrics } from '../../facts/agent-metrics.ts';
import { parseJson } from '../../facts/fields.ts';
import { countersPath, poolsSocket } from '../../model/pools-document.ts';
import { nginxPidPath, nginxStatusPort, stateFiles } from '../../model/state-files.ts';
import { isolatePath } from '../../model/witness-paths.ts';
import type { AgentContext, AgentPart } from '../agent-part.ts';
import { pause } from '../pause.ts';
import { sayOnce } from '../say-once.ts';
import { readVerdict } from '../verdict-file.ts';
import { askLocal } from './ask-local.ts';
import { nginxWorkers } from './nginx-workers.ts';
import { shapeCounters } from './shape-counters.ts';
import { parseStubStatus } from './stub-status.ts';
import { nextVips } from './vip-transitions.ts';

/** Where this part looks. */
export interface MetricsPlaces {
  /** NGINX's counters by site and backend. */
  readonly socketPath: string;
  /** Where NGINX's seven numbers are. */
  readonly statusPort: number;
  readonly pidPath: string;
  /** What keepalived tracks, by the name of its label. */
  readonly verdicts: Readonly<Record<string, string>>;
  /** Every address of the host's interface. */
  readonly addresses: () => ReadonlySet<string>;
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
}

/** Between two looks at the addresses: what comes and goes within it is not seen. Milliseconds. */
const lookMs = 500;

/** On a balancer. */
export function balancerMetrics(world: Pick<MetricsPlaces, 'addresses' | 'wallClock'>): MetricsPlaces {
  return {
    ...world,
    socketPath: poolsSocket,
    statusPort: nginxStatusPort,
    pidPath: nginxPidPath,
    verdicts: {
      nginx_down: stateFiles.nginxVerdict,
      nginx_hung: stateFiles.nginxAnswers,
      blind: stateFiles.blind,
      isolated: isolatePath,
      drained: stateFiles.drain,
      settling: stateFiles.settling,
    },
  };
}

/**
 * Answers `metrics` on a balancer: what NGINX and this agent have counted. NGINX counts by itself, so nothing is lost while no agent runs, and
 * nothing is read until somebody asks; only the VIPs are looked at all the time.
 */
export function metricsPart(places: MetricsPlaces): AgentPart {
  return async (context, signal) => {
    const say = sayOnce(context.log);
    let vips: readonly VipMetrics[] = nextVips(undefined, seen());
    context.register('metrics', async (): Promise<AgentMetrics> => {
      const nginx = await nginxMetrics(context, places).then(
        (found) => {
          say('');
          return found;
        },
        (error: unknown) => {
          say(`NGINX can't be asked what it counted: ${errorWords(error)}`);
          return undefined;
        },
      );
      return {
        ...ownMetrics(places.wallClock),
        nginx,
        vips,
        verdicts: Object.entries(places.verdicts).map(([name, path]) => ({
          name,
          value: readVerdict(path) === '0' ? 0 : 1,
        })),
      };
    });
    while (!signal.aborted) {
      await pause(lookMs, signal);
      vips = nextVips(vips, seen());
    }

    function seen() {
      return { vips: context.config.vips, here: places.addresses(), at: places.wallClock() / 1000 };
    }
  };
}

/** Answers `metrics` on a nameserver: what its agent uses. */
export function ownMetricsPart(wallClock: () => number): AgentPart {
  return async (context, signal) => {
    context.register('metrics', (): AgentMetrics => ({
      ...ownMetrics(wallClock),
      nginx: undefined,
      vips: [],
      verdicts: [],
    }));
    while (!signal.aborted) await pause(3_600_000, signal);
  };
}

async function nginxMetrics({ config }: AgentContext, places: MetricsPlaces): Promise<NginxMetrics> {
  const [counters, status] = await Promise.all([
    askLocal({ socketPath: places.socketPath }, countersPath),
    askLocal({ port: places.statusPort }, '/stub_status'),
  ]);
  return {
    ...parseStubStatus(status),
    ...shapeCounters(parseJson(counters), config.pools),
    workers: nginxWorkers(places.pidPath),
  };
}

function ownMetrics(wallClock: () => number): Pick<AgentMetrics, 'at' | 'startedAt' | 'cpuSeconds' | 'residentBytes'> {
  const at = wallClock() / 1000;
  const { user, system } = process.cpuUsage();
  return {
    at,
    startedAt: at - process.uptime(),
    cpuSeconds: (user + system) / 1e6,
    residentBytes: process.memoryUsage.rss(),
  };
}
