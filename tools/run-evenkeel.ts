// Runs the evenkeel of this clone, for benchmarks on a lab.
import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');

/** Runs it to its end and returns its exit code. What it prints goes to this file, or nowhere; what it says beside that, to the terminal. */
export async function evenkeelExit(words: readonly string[], out?: string): Promise<number> {
  const file = out === undefined ? undefined : openSync(out, 'w');
  const child = spawn(join(root, 'bin/evenkeel'), words, { stdio: ['ignore', file ?? 'ignore', 'inherit'] });
  const code = await new Promise<number>((settle) => child.on('close', (value) => settle(value ?? 1)));
  if (file !== undefined) closeSync(file);
  return code;
}

/** Runs what must succeed. Throws an Error with its words when it does not. */
export async function runEvenkeel(words: readonly string[], out?: string): Promise<void> {
  const code = await evenkeelExit(words, out);
  if (code !== 0) throw new Error(`evenkeel ${words.join(' ')} ended with ${code}`);
}

/** Writes the small example's file with `failover: fast` into this folder. Returns its path. */
export function writeFastExample(folder: string): string {
  return writeExample(folder, 'fast.yaml', '\nfailover: fast\n');
}

/** The same as it is. */
export function writeNormalExample(folder: string): string {
  return writeExample(folder, 'normal.yaml', '');
}

function writeExample(folder: string, name: string, more: string): string {
  const path = join(folder, name);
  writeFileSync(path, `${readFileSync(join(root, 'examples/devops.com/edge.yaml'), 'utf8')}${more}`);
  return path;
}
