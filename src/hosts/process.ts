import { Fault } from '../base/fault.ts';

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
  /** Called with each line of stdout and stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

/** What a local process did. `exitCode` is 128 + n when signal n ended it. */
export interface LocalOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a process on this computer and waits for it. A non-zero exit is an answer. Throws a Fault `tool-missing` when
 * the program is not there, `command-timed-out`, or `interrupted` when `signal` fires.
 */
export async function runLocal(command: LocalCommand): Promise<LocalOutcome> {
  const { execa } = await import('execa');
  const [file, ...args] = command.argv;
  const subprocess = execa(file, args, {
    reject: false,
    stripFinalNewline: false,
    ...(command.stdin === undefined ? { stdin: 'ignore' as const } : { input: command.stdin }),
    ...(command.env === undefined ? {} : { env: command.env }),
    ...(command.cwd === undefined ? {} : { cwd: command.cwd }),
    ...(command.timeoutMs === undefined ? {} : { timeout: command.timeoutMs }),
    ...(command.signal === undefined ? {} : { cancelSignal: command.signal }),
    maxBuffer: 256 * 1024 * 1024,
  });
  if (command.onLine !== undefined) {
    const report = command.onLine;
    for (const stream of [subprocess.stdout, subprocess.stderr]) {
      let rest = '';
      stream?.on('data', (chunk: Buffer | string) => {
        const lines = (rest + chunk.toString()).split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) report(line);
      });
    }
  }
  const outcome = await subprocess;
  if (outcome.timedOut) {
    throw new Fault({
      code: 'command-timed-out',
      message: `${file} did not end within ${command.timeoutMs ?? 0} ms`,
      command: command.argv,
    });
  }
  if (outcome.isCanceled) {
    throw new Fault({ code: 'interrupted', message: `${file} was interrupted`, command: command.argv });
  }
  if (outcome.exitCode === undefined && outcome.signal === undefined) {
    throw new Fault({
      code: 'tool-missing',
      message: `${file} can't be run on this computer`,
      command: command.argv,
      said: outcome.shortMessage ?? '',
    });
  }
  return {
    exitCode: outcome.exitCode ?? 128 + (signalNumbers[outcome.signal ?? ''] ?? 0),
    stdout: outcome.stdout ?? '',
    stderr: outcome.stderr ?? '',
  };
}

const signalNumbers: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3, SIGKILL: 9, SIGTERM: 15 };
