// Run inside a machine's network namespace: opens a new TLS connection to each address on a schedule, whether or not
// earlier ones returned, until a line comes on standard input; then prints what it saw as JSON.
// usage: node outage-probe.ts NAME INTERVAL_MS ADDRESS...
import { connect, createSecureContext } from 'node:tls';

/** What a probe saw of one address. */
export interface Outage {
  readonly address: string;
  readonly requests: number;
  readonly failed: number;
  /** What became of those that failed, and how often. */
  readonly failures: Readonly<Record<string, number>>;
  /** Longest time between two answers, by when they came; counts from the start to the end of the probe. */
  readonly longestGapMs: number;
}

const [name = '', interval = '20', ...addresses] = process.argv.slice(2);
const timeoutMs = 2000;
// Without one Node.js makes one for each connection, which costs more than the handshake.
const secureContext = createSecureContext();
const answers = new Map<string, number[]>(addresses.map((address) => [address, []]));
const counts = new Map(
  addresses.map((address) => [address, { requests: 0, open: 0, failures: new Map<string, number>() }]),
);

function ask(address: string): void {
  const count = counts.get(address);
  if (count === undefined) return;
  count.requests += 1;
  count.open += 1;
  let done = false;
  const settle = (failure?: string): void => {
    if (done) return;
    done = true;
    count.open -= 1;
    if (failure === undefined) answers.get(address)?.push(performance.now());
    else count.failures.set(failure, (count.failures.get(failure) ?? 0) + 1);
    socket.destroy();
  };
  // The certificate is status' and trace's business; here only whether somebody answers.
  const socket = connect({
    host: address,
    port: 443,
    servername: name,
    rejectUnauthorized: false,
    secureContext,
    timeout: timeoutMs,
  });
  let step = 'connecting';
  socket.on('connect', () => (step = 'shaking hands'));
  socket.on('secureConnect', () => {
    step = 'waiting';
    socket.write(`GET / HTTP/1.1\r\nHost: ${name}\r\nConnection: close\r\n\r\n`);
  });
  socket.on('data', (data: Buffer) => {
    const line = data.toString('latin1').split('\r\n')[0] ?? '';
    settle(line.startsWith('HTTP/1.1 200') ? undefined : line);
  });
  socket.on('timeout', () => settle(`${step}: nothing for ${timeoutMs} ms`));
  socket.on('error', (error) => settle(`${step}: ${error.message}`));
  socket.on('close', () => settle(`${step}: closed`));
}

const began = performance.now();
let due = began;
let ended = false;
function tick(): void {
  if (ended) return;
  for (const now = performance.now(); due <= now; due += Number(interval)) {
    for (const address of addresses) ask(address);
  }
  setTimeout(tick, Math.max(0, due - performance.now()));
}
tick();
process.stdout.write('probing\n');

process.stdin.once('data', () => {
  ended = true;
  const end = performance.now();
  // Those under way may still succeed; those that never do end by their timeout.
  const report = (): void => {
    if ([...counts.values()].some((count) => count.open > 0)) {
      setTimeout(report, 50);
      return;
    }
    const outages: Outage[] = addresses.map((address) => {
      const times = [began, ...(answers.get(address) ?? []).filter((time) => time <= end), end];
      const gaps = times.slice(1).map((time, index) => time - (times[index] ?? time));
      const { requests = 0, failures = new Map<string, number>() } = counts.get(address) ?? {};
      const failed = [...failures.values()].reduce((sum, count) => sum + count, 0);
      return {
        address,
        requests,
        failed,
        failures: Object.fromEntries(failures),
        longestGapMs: Math.round(Math.max(...gaps)),
      };
    });
    process.stdout.write(`${JSON.stringify(outages)}\n`, () => process.exit(0));
  };
  report();
});
