import { shapeCounters } from '../../src/agent/metrics/shape-counters.ts';
import type { RequestCounters } from '../../src/agent/metrics/shape-counters.ts';
import type { AgentPool } from '../../src/model/agent-config.ts';
import { countersPath, poolsSocket } from '../../src/model/pools-document.ts';
import type { NginxBench } from './nginx-bench.ts';
import { endpoints, poolNames } from './pools-site.ts';

const check = {
  kind: 'http',
  path: '/',
  host: undefined,
  statuses: [200],
  body: undefined,
  timeoutMs: 1000,
  intervalMs: 1000,
  rise: 1,
  fall: 1,
  slowStartMs: 0,
  failures: 1,
  windowMs: 1000,
} as const;

/** The pools of `pools-site.ts`, as an agent is told of them. */
const pools: readonly AgentPool[] = poolNames.map((name) => ({
  name,
  check,
  panicPercent: 0,
  backends: Object.entries(endpoints).map(([backend, endpoint]) => {
    const [address = '', port = ''] = endpoint.split(':');
    return { name: backend, address, port: Number(port), weight: 1, backup: false };
  }),
}));

/** What the NGINX of a bench has counted, as the agent reads it. Throws what curl says when it does not answer with 200. */
export async function countersOf(bench: NginxBench): Promise<RequestCounters> {
  const argv = ['env', 'curl', '--silent', '--show-error', '--fail', '--max-time', '20'] as const;
  const outcome = await bench.image.run([...argv, '--unix-socket', poolsSocket, `http://localhost${countersPath}`]);
  if (outcome.exitCode !== 0) throw new Error(outcome.stderr);
  return shapeCounters(JSON.parse(outcome.stdout), pools);
}
