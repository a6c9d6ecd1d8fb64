import { constants } from 'node:os';
import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import { Fault } from '../base/fault.ts';
import { startTurn } from './start-turn.ts';

/** A process to run on this computer. */
export interface LocalCommand {
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string | Uint8Array;
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Milliseconds until it is killed (`command-timed-out`). None by default. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Called with each line of stdout and stderr as it comes, without its line end. */
  readonly onLine?: (line: string) => void;
  /**
   * `shared` (default): Ctrl-C in the terminal reaches the process too. `shielded`: it runs in a session of its own,
   * so Ctrl-C reaches only us, it can't ask anything on the terminal, and a timeout kills its children as well.
   */
  readonly terminal?: 'shared' | 'shielded';
}

/** What a local process did. `exitCode` is 128 + n when signal n ended it. Text is UTF-8. */
export interface LocalOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Like LocalOutcome, with stdout as it came, and a timeout told apart instead of thrown. */
export interface LocalBytes {
  readonly end: { readonly kind: 'exited'; readonly exitCode: number } | { readonly kind: 'timed-out' };
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** The most a process may print before it is stopped: 256 MiB. */
const maxOutputBytes = 256 * 1024 * 1024;
/** How long a process that was asked to end (SIGTERM) has before SIGKILL. */
const graceMs = 2_000;
/** How long we keep listening to the pipes of a stopped process whose children hold them open. */
const drainMs = 200;

/**
 * Runs a process on this computer and waits for it. A non-zero exit is an answer. Throws a Fault `tool-missing` when
 * the program is not there, `command-timed-out`, or `interrupted` when `signal` fires.
 */
export async function runLocal(command: LocalCommand): Promise<LocalOutcome> {
  const outcome = await runLocalBytes(command);
  if (outcome.end.kind === 'timed-out') {
    throw new Fault({
      code: 'command-timed-out',
      message: `${command.argv[0]} did not end within ${command.timeoutMs ?? 0} ms and was stopped`,
      command: command.argv,
      said: outcome.stderr.trim(),
    });
  }
  return { exitCode: outcome.end.exitCode, stdout: text(outcome.stdout), stderr: outcome.stderr };
}

/** Runs a process like runLocal, for output that is not text and for callers that treat a timeout themselves. */
export async function runLocalBytes(command: LocalCommand): Promise<LocalBytes> {
  const { execa } = await import('execa');
  await startTurn();
  if (command.signal?.aborted === true) throw interrupted(command);
  const [file, ...args] = command.argv;
  const shielded = command.terminal === 'shielded';
  const subprocess = execa(file, args, {
    reject: false,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: maxOutputBytes,
    detached: shielded,
    ...(command.stdin === undefined ? { stdin: 'ignore' as const } : { input: command.stdin }),
    ...(command.env === undefined ? {} : { env: command.env }),
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
  });
  if (command.onLine !== undefined) {
    reportLines(subprocess.stdout, command.onLine);
    reportLines(subprocess.stderr, command.onLine);
  }

  // execa's own timeout waits until every grandchild has closed the pipes, which may be never; so we stop it ourselves.
  let stopped: 'timeout' | 'abort' | undefined;
  const timers: NodeJS.Timeout[] = [];
  const deliver = (signal: NodeJS.Signals) => {
    if (!shielded || subprocess.pid === undefined) return void subprocess.kill(signal);
    try {
      process.kill(-subprocess.pid, signal);
    } catch {
      // The whole group is gone already.
    }
  };
  const stop = (why: 'timeout' | 'abort') => {
    if (stopped !== undefined) return;
    stopped = why;
    deliver('SIGTERM');
    timers.push(setTimeout(() => deliver('SIGKILL'), graceMs));
    const letGo = () =>
      timers.push(
        setTimeout(() => {
          subprocess.stdout.destroy();
          subprocess.stderr.destroy();
        }, drainMs),
      );
    const child = subprocess.nodeChildProcess;
    if (child.exitCode === null && child.signalCode === null) child.once('exit', letGo);
    else letGo();
  };
  const onAbort = () => stop('abort');
  command.signal?.addEventListener('abort', onAbort, { once: true });
  if (command.timeoutMs !== undefined) timers.push(setTimeout(() => stop('timeout'), command.timeoutMs));
  const outcome = await subprocess;
  for (const timer of timers) clearTimeout(timer);
  command.signal?.removeEventListener('abort', onAbort);

  if (stopped === 'abort') throw interrupted(command);
  const stdout = outcome.stdout ?? new Uint8Array();
  const stderr = text(outcome.stderr ?? new Uint8Array());
  if (stopped === 'timeout') return { end: { kind: 'timed-out' }, stdout, stderr };
  if (outcome.isMaxBuffer) {
    throw new Fault({
      code: 'command-failed',
      message: `${file} printed more than ${maxOutputBytes} bytes and was stopped`,
      command: command.argv,
    });
  }
  if (outcome.exitCode === undefined && outcome.signal === undefined) {
    throw new Fault({
      code: 'tool-missing',
      message: `${file} can't be run on this computer`,
      command: command.argv,
      said: outcome.originalMessage ?? '',
    });
  }
  const exitCode = outcome.exitCode ?? 128 + (outcome.signal === undefined ? 0 : constants.signals[outcome.signal]);
  return { end: { kind: 'exited', exitCode }, stdout, stderr };
}

function interrupted(command: LocalCommand): Fault {
  return new Fault({ code: 'interrupted', message: `${command.argv[0]} was interrupted`, command: command.argv });
}

function text(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** Gives each line of a stream to `report`, without its line end; a last one without line end too. */
export function reportLines(stream: Readable, report: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  stream.on('data', (chunk: Buffer) => {
    const lines = (rest + decoder.write(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) report(line);
  });
  stream.on('end', () => {
    if (rest !== '') report(rest);
  });
}
