// How long an edge with `failover: fast` goes without a move that nobody asked for, on a computer that idles, is busy or has other work.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { median } from '../src/base/median.ts';
import { runEvenkeel, writeFastExample } from './run-evenkeel.ts';

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
  const lab = ['-f', writeFastExample(folder), '--suffix', `quiet-${kind}`];
  const burners: ChildProcess[] = [];
  await runEvenkeel(['lab', 'up', ...lab]);
  try {
    await runEvenkeel(['apply', ...lab, '--lab', '--yes']);
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
        onLook(`${kind}: ${loads.length / 2} minutes, ${(await changesOf({ lab, folder, since })).length} changes`);
    }
    return {
      ms: performance.now() - began,
      changes: await changesOf({ lab, folder, since }),
      medianLoad: median(loads),
    };
  } finally {
    for (const one of burners) one.kill();
    await runEvenkeel(['lab', 'down', ...lab]);
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Watched {
  readonly lab: readonly string[];
  readonly folder: string;
  /** Seconds since the epoch. */
  readonly since: number;
}

/** Ends by itself when nobody ends it. */
function burner(): ChildProcess {
  const program = `const end = Date.now() + ${hourMs + 300_000}; while (Date.now() < end);`;
  return spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
}

async function changesOf({ lab, folder, since }: Watched): Promise<readonly string[]> {
  const journal = ['journalctl', '-u', 'keepalived', '-o', 'short-unix', `--since=@${since}`, '--no-pager'];
  const texts = await Promise.all(
    balancers.map(async (name) => {
      const out = join(folder, `${name}.log`);
      await runEvenkeel(['lab', 'exec', ...lab, name, ...journal], out);
      return readFileSync(out, 'utf8')
        .split('\n')
        .filter((line) => /Entering (?:MASTER|BACKUP|FAULT) STATE/.test(line))
        .map((line) => `${name} ${line}`);
    }),
  );
  return texts.flat();
}
