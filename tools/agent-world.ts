// Runs the agent of a balancer in a small world and says what it uses: KIND BACKENDS SECONDS [NODE FLAG...], under `unshare -m -n`, as root.
// The world is one process: a TLS server for the NGINX of the host, backends that answer, another balancer and two witnesses that speak.
// Prints {"cpuPercent", "childrenPercent", "rssMib"}: of one core, over so many seconds at rest.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { RequestListener } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { certificateFor } from '../test/kit/loopback-certificate.ts';
import { exampleModel } from '../test/kit/example-model.ts';
import { agentNodeFlags } from '../src/render/agent-unit.ts';
import { bundleAgent } from '../src/cli/bundle-agent.ts';
import { sightingsExchange } from '../src/agent/sightings-exchange.ts';
import { answerClaims } from '../src/agent/witness/answer-claims.ts';
import { guardVips } from '../src/agent/witness/guard-vips.ts';
import { hostHands } from '../src/agent/witness/host-hands.ts';
import { agentConfig, agentConfigPath } from '../src/model/agent-config.ts';
import type { AgentConfig } from '../src/model/agent-config.ts';
import type { Check } from '../src/model/model.ts';
import { poolsSocket } from '../src/model/pools-document.ts';
import { stateFiles } from '../src/model/state-files.ts';
import { witnessKeyPath, witnessPort } from '../src/model/witness-paths.ts';

const [kindWord = 'http', countWord = '2', secondsWord = '60', ...flags] = process.argv.slice(2);
const kind = (['http', 'https', 'tcp'] as const satisfies readonly Check['kind'][]).find((one) => one === kindWord);
if (kind === undefined) throw new Error(`no kind of check is ${kindWord}`);
/** Until the first round of checks is over and the code that runs often is known to be so. */
const settleMs = 10_000;
const backendPorts = { http: 8080, https: 8443, tcp: 8080 } as const;

const run = (program: string, ...args: string[]): unknown => execFileSync(program, args);
run('ip', 'link', 'set', 'lo', 'up');
// OpenSSL wants its settings from /etc, which is hidden next.
await serve();
for (const place of ['/run', '/var/lib', '/etc']) run('mount', '-t', 'tmpfs', 'tmpfs', place);
for (const folder of ['/etc/evenkeel', '/run/evenkeel/pools', '/var/lib/evenkeel'])
  mkdirSync(folder, { recursive: true });

const model = exampleModel();
const [self, peer] = model.balancers;
if (self === undefined || peer === undefined) throw new Error('two balancers are wanted');
const config = configOf(self);
for (const machine of [...model.balancers, ...model.nameservers])
  for (const { text } of machine.addresses) run('ip', 'address', 'add', text, 'dev', 'lo');
const program = '/run/agent.mjs';
writeFileSync(program, await bundleAgent(`${import.meta.dirname}/..`));
writeFileSync(agentConfigPath, JSON.stringify(config));
writeFileSync(witnessKeyPath, '0'.repeat(64));
for (const path of [stateFiles.nginxVerdict, stateFiles.nginxAnswers, stateFiles.blind, stateFiles.settling])
  writeFileSync(path, '0\n');
speak();
// NGINX as it is told which backends are up.
createServer((request, response) => request.resume().on('end', () => response.end('{}'))).listen(poolsSocket);

const agent = spawn(process.execPath, [...(flags.length > 0 ? flags : agentNodeFlags), program, 'run'], {
  stdio: ['ignore', 'ignore', 'inherit'],
  // What systemd sets for the unit. Nobody hears the signs of life, but they cost the same.
  env: {
    PATH: process.env['PATH'],
    MALLOC_ARENA_MAX: '1',
    UV_THREADPOOL_SIZE: '2',
    NOTIFY_SOCKET: '/run/nobody',
    WATCHDOG_USEC: '10000000',
  },
});
process.on('exit', () => agent.kill('SIGKILL'));
await wait(settleMs);
const before = used(agent.pid);
await wait(Number(secondsWord) * 1000);
const after = used(agent.pid);
const percent = (from: number, to: number): number => (to - from) / Number(secondsWord);
console.log(
  JSON.stringify({
    cpuPercent: percent(before.own, after.own),
    childrenPercent: percent(before.children, after.children),
    rssMib: after.rssMib,
  }),
);
agent.once('exit', () => process.exit());
agent.kill('SIGTERM');

/** Hundredths of a second so far, of the agent and of the processes it started (proc_pid_stat(5)), and its resident size. */
function used(pid: number | undefined): { readonly own: number; readonly children: number; readonly rssMib: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [user = 0, system = 0, childrenUser = 0, childrenSystem = 0] = fields.slice(11, 15);
  const rss = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
  return { own: user + system, children: childrenUser + childrenSystem, rssMib: Number(rss) / 1024 };
}

/** One pool of so many backends, checked as a pool is by default. */
function configOf(balancer: (typeof model.balancers)[number]): AgentConfig {
  const whole = agentConfig(model, balancer);
  const [pool] = whole.pools;
  if (pool === undefined || kind === undefined) throw new Error('a pool is wanted');
  const backends = Array.from({ length: Number(countWord) }, (_, index) => ({
    name: `web${index}:${backendPorts[kind]}`,
    address: `127.0.1.${index + 1}`,
    port: backendPorts[kind],
    weight: 1,
    backup: false,
  }));
  const check = { ...pool.check, kind, path: '/', statuses: [200], body: undefined } as const;
  return { ...whole, interface: 'lo', pools: [{ ...pool, check, backends }] };
}

/** Backends on all addresses of 127.0.0.0/8, and what the agent takes for NGINX. */
async function serve(): Promise<void> {
  const answer: RequestListener = (_, response) => response.end('well\n');
  const certificate = await certificateFor('devops.com');
  const listen = (server: ReturnType<typeof createServer>, port: number): Promise<void> =>
    new Promise((done) => void server.listen(port, '0.0.0.0', done));
  await listen(createServer(answer), backendPorts.http);
  await listen(createTlsServer(certificate, answer), backendPorts.https);
  await listen(createTlsServer(certificate, answer), 443);
}

/** The other hosts of the edge. */
function speak(): void {
  const { signal } = new AbortController();
  const optionsOf = (its: AgentConfig) => ({
    config: { ...its, interface: 'lo' },
    key: Buffer.alloc(32),
    boot: Date.now(),
    now: () => performance.now(),
    log: (line: string) => console.error(line),
    port: witnessPort,
  });
  for (const nameserver of model.nameservers) void answerClaims(optionsOf(agentConfig(model, nameserver)), signal);
  if (peer === undefined) return;
  const hands = { ...hostHands('lo'), writeVerdict: () => Promise.resolve() };
  const its = { ...agentConfig(model, peer), pools: config.pools };
  void guardVips(
    { ...optionsOf(its), hands, sightings: sightingsExchange(its.pools), report: () => undefined },
    signal,
  );
}
