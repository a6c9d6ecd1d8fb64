// What counting costs NGINX: processor time of its workers for a request, with the counting code and without it, in the same run. As root.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../src/report/drill-runs.ts';
import type { NginxBench } from '../test/kit/nginx-bench.ts';
import { openPoolsSite, vip } from '../test/kit/pools-site.ts';

/** One way of asking, measured. Ratios are of the same round: with counting, and with a log instead, each over without both. */
export interface CountingCost {
  readonly name: string;
  readonly rounds: number;
  readonly counting: readonly number[];
  readonly log: readonly number[];
  /** Processor time of a request without both, in microseconds; the median. */
  readonly bareUs: number;
}

const rounds = 9;
const requests = 4_000;
const metricsPath = '/usr/share/evenkeel/lua/evenkeel-metrics.lua';
/** What would have to be in a log from which the same could be counted. */
const format =
  "log_format counted '$server_name $status $bytes_sent $request_time $upstream_addr|$upstream_status|$upstream_response_time " +
  "$connection_requests $ssl_session_reused $server_protocol'; access_log /run/counted.log counted buffer=64k flush=1s;";

const ways = [
  { name: 'plain HTTP/1.1', curl: ['--http1.1'], scheme: 'http' },
  { name: 'HTTP/2 over TLS', curl: ['--http2'], scheme: 'https' },
] as const;

/** Measures both ways. Takes some minutes. */
export async function measureCounting(): Promise<readonly CountingCost[]> {
  const bench = await openPoolsSite('debian13');
  try {
    const code = readFileSync(bench.image.path + metricsPath);
    const conf = readFileSync(`${bench.image.path}/etc/nginx/nginx.conf`, 'utf8');
    const logged = conf.replace(
      'access_log /var/log/nginx/access.log',
      `${format}\n    access_log /var/log/nginx/access.log`,
    );
    if (logged === conf) throw new Error('nginx.conf has no access log');
    const variants = {
      bare: { code: Buffer.from('error("not here")'), conf },
      counting: { code, conf },
      log: { code: Buffer.from('error("not here")'), conf: logged },
    };
    const costs: CountingCost[] = [];
    for (const way of ways) {
      const samples: Record<keyof typeof variants, number[]> = { bare: [], counting: [], log: [] };
      for (let round = 0; round < rounds; round += 1) {
        for (const name of ['bare', 'counting', 'log'] as const) {
          await restart(bench, variants[name]);
          samples[name].push(await processorUs(bench, way));
        }
      }
      const over = (name: 'counting' | 'log'): readonly number[] =>
        samples[name].map((us, round) => us / (samples.bare[round] ?? Number.NaN));
      costs.push({
        name: way.name,
        rounds,
        counting: over('counting'),
        log: over('log'),
        bareUs: median(samples.bare),
      });
    }
    return costs;
  } finally {
    await bench.close();
  }
}

async function restart(
  bench: NginxBench,
  { code, conf }: { readonly code: Uint8Array; readonly conf: string },
): Promise<void> {
  await bench.image.run(['nginx', '-s', 'stop']);
  // It is gone when its file is: until then another one could not listen.
  await bench.image.run([
    'sh',
    '-c',
    'while [ -e /run/nginx.pid ]; do sleep 0.05; done; rm -f /run/evenkeel/pools/*.sock',
  ]);
  writeFileSync(bench.image.path + metricsPath, code);
  writeFileSync(join(bench.image.path, 'etc/nginx/nginx.conf'), conf);
  await bench.startNginx();
}

async function processorUs(bench: NginxBench, { curl, scheme }: (typeof ways)[number]): Promise<number> {
  // What a worker does once, such as making its code, is not what a request costs.
  await load(bench, { curl, scheme, count: 500 });
  const before = await workerNs(bench);
  await load(bench, { curl, scheme, count: requests });
  return (await workerNs(bench).then((after) => after - before)) / 1000 / requests;
}

async function load(
  bench: NginxBench,
  { curl, scheme, count }: { readonly curl: readonly string[]; readonly scheme: string; readonly count: number },
): Promise<void> {
  await bench.must([
    ...(['curl', '--silent', '--fail', '--parallel', '--parallel-max', '8'] as const),
    ...curl,
    ...['--cacert', join(bench.folder, 'cert.pem'), '--connect-to', `turn.example::${vip}:`, '--output', '/dev/null'],
    `${scheme}://turn.example/[1-${count}]`,
  ]);
}

/** Nanoseconds that the workers were on a processor so far (`/proc/PID/schedstat`). */
async function workerNs(bench: NginxBench): Promise<number> {
  const script =
    'master=$(cat /run/nginx.pid); for pid in $(cat /proc/$master/task/$master/children); do cat /proc/$pid/schedstat; done';
  const { stdout } = await bench.image.run(['sh', '-c', script]);
  return stdout
    .trim()
    .split('\n')
    .reduce((sum, line) => sum + Number(line.split(' ')[0]), 0);
}
