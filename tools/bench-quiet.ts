// How long an edge with `failover: fast` goes without a move that nobody asked for, on a computer that idles, is busy or has other work.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '..');
const evenkeel = join(root, 'bin/evenkeel');
const balancers = ['lb1', 'lb2'] as const;
const hourMs = 3_600_000;
const lookEveryMs = 30_000;

/** What happened. */
export interface QuietHour {
  readonly ms: number;
  /** Changes of state that keepalived logged on any balancer: a move of a VIP is two. */
  readonly changes: readonly string[];
  /** Load averages of a minute, one each half minute. */
  readonly medianLoad: number;
}

/** `busy`: with twice as many programs that do nothing but compute as there are processors. `shared`: beside whatever else it is given to do. */
export type QuietKind = 'idle' | 'busy' | 'shared';

/** Watches a lab of the example with `failover: fast` for an hour. */
export async function quietHour(kind: QuietKind, onLook: (line: string) => void): Promise<QuietHour> {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const file = join(folder, 'edge.yaml');
  writeFileSync(file, `${readFileSync(join(root, 'examples/devops.com/edge.yaml'), 'utf8')}\nfailover: fast\n`);
  const lab = ['-f', file, '--suffix', `quiet-${kind}`];
  const burners: ChildProcess[] = [];
  await run(['lab', 'up', ...lab]);
  try {
    await run(['apply', ...lab, '--lab', '--yes']);
    // Balancers that have just come settle first, which is a move.
    await wait(30_000);
    const since = Math.floor(Date.now() / 1000);
    if (kind === 'busy') for (let n = 0; n < 2 * cpus().length; n += 1) burners.push(burner());
    const began = performance.now();
    const loads: number[] = [];
    while (performance.now() - began < hourMs) {
      await wait(Math.min(lookEveryMs, hourMs - (performance.now() - began)));
      loads.push(loadavg()[0] ?? 0);
      if (loads.length % 10 === 0)
        onLook(`${kind}: ${loads.length / 2} minutes, ${(await changesOf(lab, since)).length} changes`);
    }
    const sorted = loads.toSorted((a, b) => a - b);
    return {
      ms: performance.now() - began,
      changes: await changesOf(lab, since),
      medianLoad: sorted[Math.floor(sorted.length / 2)] ?? 0,
    };
  } finally {
    for (const one of burners) one.kill();
    await run(['lab', 'down', ...lab]);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends by itself when nobody ends it. */
function burner(): ChildProcess {
  const program = `const end = Date.now() + ${hourMs + 300_000}; while (Date.now() < end);`;
  return spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
}

async function changesOf(lab: readonly string[], since: number): Promise<readonly string[]> {
  const journal = ['journalctl', '-u', 'keepalived', '-o', 'short-unix', `--since=@${since}`, '--no-pager'];
  const texts = await Promise.all(
    balancers.map(async (name) => {
      const lines = (await run(['lab', 'exec', ...lab, name, ...journal])).split('\n');
      return lines
        .filter((line) => /Entering (?:MASTER|BACKUP|FAULT) STATE/.test(line))
        .map((line) => `${name} ${line}`);
    }),
  );
  return texts.flat();
}

async function run(words: readonly string[]): Promise<string> {
  const child = spawn(evenkeel, words, { stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const code = await new Promise<number>((settle) => child.on('close', (value) => settle(value ?? 1)));
  if (code !== 0) throw new Error(`evenkeel ${words.join(' ')} ended with ${code}`);
  return said;
}
