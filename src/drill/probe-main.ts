// The load probe: a program of its own, so that nothing else delays it. usage: node probe-main.ts < ORDER
// The first line of its standard input is a LoadOrder as JSON. It prints {"kind":"ready"}, then a record a line, until a
// second line comes or its standard input ends: then it starts nothing more, waits for what is under way, and ends.
import { lookup } from 'node:dns/promises';
import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import type { LoadOrder } from './load-stream.ts';
import { readLoadOrder } from './probe-lines.ts';
import { Dialler, type ProbeTrouble } from './probe/dial.ts';
import { watchStalls } from './probe/stalls.ts';
import { startOrder } from './probe/start-stream.ts';
import { LineWriter } from './probe/writer.ts';

/**
 * Runs this program before ordinary ones: only root may, and it is no requirement. As the leader of a session it has a
 * scheduling group of its own, whose priority is the one that counts (sched(7), autogroup).
 */
function hurry(): void {
  const nice = -10;
  try {
    setPriority(nice);
    writeFileSync('/proc/self/autogroup', String(nice));
  } catch {
    // Not root, or a kernel without autogroups.
  }
}

function giveUp(trouble: ProbeTrouble): never {
  process.stderr.write(`${trouble.message}\n`);
  process.exit(3);
}

async function run(order: LoadOrder, stopped: Promise<void>): Promise<void> {
  const writer = new LineWriter(giveUp);
  const dialler = new Dialler(order.ca, giveUp);
  const record = writer.write.bind(writer);
  // Makes the threads of getaddrinfo now, which takes longer than a lookup.
  await lookup('127.0.0.1');
  const endStalls = watchStalls('probe', record);
  writer.write({ kind: 'ready' });
  const streams = startOrder(order, { dialler, record });
  await stopped;
  await Promise.all(streams.map((stream) => stream.stop()));
  endStalls();
  await writer.end();
}

hurry();
const input = createInterface({ input: process.stdin });
const stopped = new Promise<void>((resolve) => {
  let lines = 0;
  input.on('line', () => {
    lines += 1;
    if (lines === 2) resolve();
  });
  input.once('close', resolve);
});
const firstLine = new Promise<string>((resolve) => {
  input.once('line', resolve);
  input.once('close', () => resolve(''));
});
const order = readLoadOrder(await firstLine);
if (order === undefined) {
  process.stderr.write('the load probe was given no order\n');
  process.exit(2);
}
await run(order, stopped);
// Lookups that hang would keep the process.
process.exit(0);
