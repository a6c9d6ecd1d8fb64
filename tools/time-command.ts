import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a command to its end; returns milliseconds and the peak resident size in MiB (of the largest process). */
export async function timed(
  argv: readonly [string, ...string[]],
): Promise<{ readonly ms: number; readonly peakMib: number }> {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-bench-'));
  const report = join(directory, 'usage');
  const child = spawn('python3', ['-c', usageScript, report, ...argv], { stdio: ['ignore', 'ignore', 'inherit'] });
  const exitCode = await new Promise<number>((settle) => child.on('close', (code) => settle(code ?? 1)));
  if (exitCode !== 0) throw new Error(`${argv.join(' ')} ended with ${exitCode}`);
  const [seconds = '0', kib = '0'] = readFileSync(report, 'utf8').split(' ');
  rmSync(directory, { recursive: true, force: true });
  return { ms: Number(seconds) * 1000, peakMib: Number(kib) / 1024 };
}

/** Times a child without the cost of starting this measuring process. */
const usageScript = `
import os, resource, subprocess, sys, time
started = time.monotonic()
code = subprocess.call(sys.argv[2:], stdout=subprocess.DEVNULL)
took = time.monotonic() - started
with open(sys.argv[1], 'w') as report:
    report.write(f'{took} {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss}')
sys.exit(code)
`;
