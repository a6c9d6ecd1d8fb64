import { constants } from 'node:os';
import { Fault } from '../base/fault.ts';
import { reportLines } from './process.ts';
import { startTurn } from './start-turn.ts';

/** A process that runs on beside us, and speaks lines. */
export interface LineCommand {
  readonly argv: readonly [string, ...string[]];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Called with each line of its standard output as it comes, without its line end. */
  readonly onLine: (line: string) => void;
}

/** How it ended. `exitCode` is 128 + n when signal n ended it; `said` is the end of its standard error, trimmed. */
export interface LineEnd {
  readonly exitCode: number;
  readonly said: string;
}

/** A running line process. */
export interface LineProcess {
  readonly pid: number;
  /** Writes a line to its standard input. One that no longer reads is no error: `ended` tells. */
  send(line: string): void;
  /** Resolves when it has ended and all its lines were reported. Never rejects. */
  readonly ended: Promise<LineEnd>;
  /** Closes its standard input, which must make it end. After `withinMs` it is killed with all its children. */
  end(withinMs: number): Promise<LineEnd>;
}

/** How much of standard error is kept, in characters. */
const saidLength = 4_000;
/** How long a process that was asked to end (SIGTERM) has before SIGKILL. */
const graceMs = 1_000;

/**
 * Starts a process in a session of its own, so that Ctrl-C in the terminal reaches only us. Nothing can kill it when we
 * are killed ourselves: it must end on its own when its standard input ends. Throws a Fault `tool-missing`.
 */
export async function startLineProcess(command: LineCommand): Promise<LineProcess> {
  const { execa } = await import('execa');
  await startTurn();
  const [file, ...args] = command.argv;
  const subprocess = execa(file, args, {
    reject: false,
    buffer: false,
    detached: true,
    stdin: 'pipe',
    ...(command.env === undefined ? {} : { env: command.env }),
  });
  const { pid } = subprocess;
  if (pid === undefined) {
    const { originalMessage = '' } = await subprocess;
    throw new Fault({
      code: 'tool-missing',
      message: `${file} can't be run on this computer`,
      command: command.argv,
      said: originalMessage,
    });
  }
  reportLines(subprocess.stdout, command.onLine);
  let said = '';
  subprocess.stderr.setEncoding('utf8');
  subprocess.stderr.on('data', (text: string) => {
    said = (said + text).slice(-saidLength);
  });
  // It may have ended already, and it may not read what it is told.
  subprocess.stdin.on('error', () => undefined);

  const ended = subprocess.then(({ exitCode, signal }): LineEnd => ({
    exitCode: exitCode ?? 128 + (signal === undefined ? 0 : constants.signals[signal]),
    said: said.trim(),
  }));
  const deliver = (signal: NodeJS.Signals): void => {
    try {
      process.kill(-pid, signal);
    } catch {
      // The whole group is gone already.
    }
  };
  return {
    pid,
    send: (line) => {
      if (subprocess.stdin.writable) subprocess.stdin.write(`${line}\n`);
    },
    ended,
    end: async (withinMs) => {
      subprocess.stdin.end();
      const timers = [
        setTimeout(() => deliver('SIGTERM'), withinMs),
        setTimeout(() => deliver('SIGKILL'), withinMs + graceMs),
      ];
      const outcome = await ended;
      for (const timer of timers) clearTimeout(timer);
      return outcome;
    },
  };
}
