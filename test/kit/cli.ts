import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The program as a person runs it. */
export const evenkeelPath = fileURLToPath(new URL('../../bin/evenkeel', import.meta.url));

/** What a run of the program gave. */
export interface CliRun {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `bin/evenkeel` with these words and waits for its end. Standard input is empty. */
export async function evenkeel(...words: readonly string[]): Promise<CliRun> {
  return runProgram([evenkeelPath, ...words]);
}

/** Runs any program and waits for its end. */
export async function runProgram(
  argv: readonly [string, ...string[]],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<CliRun> {
  const [file, ...args] = argv;
  const child = spawn(file, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    env: { ...process.env, NO_COLOR: '1', ...options.env },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const exitCode = await new Promise<number>((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle(code ?? -1));
  });
  return { exitCode, stdout, stderr };
}
