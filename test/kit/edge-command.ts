import { spawn } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exampleFile } from './example-model.ts';

/** How a run of the command ended. */
export interface CommandEnd {
  /** 128 + n when signal n ended it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running command. */
export interface RunningCommand {
  readonly ended: Promise<CommandEnd>;
  /** Fulfilled when a line of standard error holds the text; rejected when the command ends without it. */
  readonly says: (text: string) => Promise<void>;
  /** Fulfilled when standard output holds what the pattern matches; rejected when the command ends without it. */
  readonly prints: (pattern: RegExp) => Promise<RegExpExecArray>;
  readonly kill: (signal: 'SIGINT' | 'SIGKILL') => void;
}

/** An edge file in a directory of its own, and the installed command on it, pointed at one lab. */
export interface EdgeCommand {
  readonly directory: string;
  readonly edit: (change: (text: string) => string) => Promise<void>;
  readonly start: (...argv: readonly string[]) => RunningCommand;
  readonly run: (...argv: readonly string[]) => Promise<CommandEnd>;
  readonly remove: () => Promise<void>;
}

/** Which example, and whose keys. */
interface EdgeCommandOptions {
  readonly example?: 'devops.com' | 'dual-stack';
  readonly keys?: 'new' | 'kept';
}

const program = fileURLToPath(new URL('../../bin/evenkeel', import.meta.url));

/**
 * An example's edge file in a new directory; `run('plan')` is `evenkeel plan --lab --suffix SUFFIX`. With `keys: 'kept'` its CA and other
 * keys are those that are beside the example's file, so that there is nothing to change on an edge that was applied from there.
 */
export async function edgeCommand(
  suffix: string,
  { example = 'devops.com', keys = 'new' }: EdgeCommandOptions = {},
): Promise<EdgeCommand> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-edge-'));
  const file = join(directory, 'edge.yaml');
  await cp(exampleFile(example), file);
  if (keys === 'kept') {
    // Not what it remembers, nor what says that somebody works with it.
    const isKey = (path: string): boolean => !/\.db(-\w+)?$|[./]lock$/.test(path);
    const state = join(dirname(exampleFile(example)), '.evenkeel');
    await cp(state, join(directory, '.evenkeel'), { recursive: true, filter: isKey });
  }
  const start = (...[verb = '', ...argv]: readonly string[]): RunningCommand => {
    const child = spawn(program, [verb, '--lab', '--suffix', suffix, ...argv], {
      cwd: directory,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    const waiting = new Set<() => void>();
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString();
      for (const look of waiting) look();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
      for (const look of waiting) look();
    });
    const ended = new Promise<CommandEnd>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) =>
        resolve({ code: code ?? (signal === 'SIGKILL' ? 137 : 130), stdout, stderr }),
      );
    });
    /** Waits until what it wrote is as wanted. */
    const wrote = <T>(wanted: string, found: () => T | undefined): Promise<T> =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const answer = found();
          if (answer !== undefined) resolve(answer);
        };
        waiting.add(look);
        look();
        ended.then(
          (end) => reject(new Error(`it ended with ${end.code} and never said ${wanted}: ${end.stderr}${end.stdout}`)),
          reject,
        );
      });
    return {
      ended,
      says: async (text) => {
        await wrote(`"${text}"`, () => (stderr.includes(text) ? text : undefined));
      },
      prints: (pattern) => wrote(String(pattern), () => pattern.exec(stdout) ?? undefined),
      kill: (signal) => child.kill(signal),
    };
  };
  return {
    directory,
    start,
    run: (...argv) => start(...argv).ended,
    edit: async (change) => writeFile(file, change(await readFile(file, 'utf8'))),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
