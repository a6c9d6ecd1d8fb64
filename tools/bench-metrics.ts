// What counting costs NGINX: processor time of its workers for a request, with the counting code and without it, in the same run. As root.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from '../src/base/median.ts';
import type { NginxBench } from '../test/kit/nginx-bench.ts';
import { openPoolsSite, vip } from '../test/kit/pools-site.ts';

/** One way of asking, measured. Ratios to NGINX without both, of the same round: with counting, and with a log instead. */
export interface CountingCost {
  readonly name: string;
  readonly rounds: number;
  readonly counting: readonly number[];
  readonly log: readonly number[];
  /** Processor time of a request without both, in microseconds; the median. */
  readonly bareUs: number;
}

const rounds = 15;
const requests = 1_500;
/** Each request is counted, or logged, so often: what is looked for is smaller than what two rounds differ by on a computer that does other things too. */
const times = 10;
const metricsPath = '/usr/share/evenkeel/lua/evenkeel-metrics.lua';
/** What would have to be in a log from which the same could be counted. */
const format =
  "log_format counted '$server_name $status $bytes_sent $request_time $upstream_addr|$upstream_status|$upstream_response_time " +
  "$connection_requests $ssl_session_reused $server_protocol';";
const log = 'access_log /run/counted.log counted buffer=64k flush=1s;';

const ways = [
  { name: 'plain HTTP/1.1', curl: ['--http1.1'], scheme: 'http' },
  { name: 'HTTP/2 over TLS', curl: ['--http2'], scheme: 'https' },
] as const;

/** Measures both ways. Takes some minutes. */
export async function measureCounting(): Promise<readonly CountingCost[]> {
  const [bare, counting, logging] = await Promise.all([open('bare'), open('counting'), open('log')]);
  try {
    const costs: CountingCost[] = [];
    for (const way of ways) {
      const samples: { readonly bare: number; readonly counting: number; readonly log: number }[] = [];
      for (let round = 0; round < rounds; round += 1) {
        samples.push({
          bare: await processorUs(bare, way),
          counting: await processorUs(counting, way),
          log: await processorUs(logging, way),
        });
      }
      const over = (us: (sample: (typeof samples)[number]) => number): readonly number[] =>
        samples.map((sample) => 1 + (us(sample) / sample.bare - 1) / times);
      costs.push({
        name: way.name,
        rounds,
        counting: over((sample) => sample.counting),
        log: over((sample) => sample.log),
        bareUs: median(samples.map((sample) => sample.bare)),
      });
    }
    return costs;
  } finally {
    await Promise.all([bare.close(), counting.close(), logging.close()]);
  }
}

/** An NGINX of its own that counts each request `times` times, or logs it as often, or does neither. */
async function open(variant: 'bare' | 'counting' | 'log'): Promise<NginxBench> {
  const bench = await openPoolsSite('debian13');
  await bench.image.run(['nginx', '-s', 'stop']);
  // It is gone when its file is: until then another one could not listen.
  await bench.image.run([
    'sh',
    '-c',
    'while [ -e /run/nginx.pid ]; do sleep 0.05; done; rm -f /run/evenkeel/pools/*.sock',
  ]);
  const code = readFileSync(bench.image.path + metricsPath, 'utf8');
  const often = `for _ = 1, ${times} do once(site, pool) end`;
  writeFileSync(
    bench.image.path + metricsPath,
    variant === 'counting'
      ? code.replace(/return M\n$/, `local once = M.count\nfunction M.count(site, pool) ${often} end\nreturn M\n`)
      : 'error("not here")',
  );
  const confPath = join(bench.image.path, 'etc/nginx/nginx.conf');
  const conf = readFileSync(confPath, 'utf8');
  const own = 'access_log /var/log/nginx/access.log';
  if (!conf.includes(own)) throw new Error('nginx.conf has no access log');
  const more = [format, ...Array.from({ length: times }, () => log), own].join('\n    ');
  if (variant === 'log') writeFileSync(confPath, conf.replace(own, more));
  await bench.startNginx();
  return bench;
}

async function processorUs(bench: NginxBench, { curl, scheme }: (typeof ways)[number]): Promise<number> {
  // What a worker does once, such as making its code, is not what a request costs.
  await load(bench, { curl, scheme, count: 100 });
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
    '--cacert',
    join(bench.folder, 'cert.pem'),
    '--connect-to',
    `turn.example::${vip}:`,
    '--output',
    '/dev/null',
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
