import { spawn } from 'node:child_process';

/** A running program that waits for what is typed. */
export interface TypedCommand {
  /** All that it wrote so far, of both streams. */
  readonly said: () => string;
  /** Resolves with the match once what it wrote matches; rejects when it ends before. */
  readonly says: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** Types a line. */
  readonly type: (line: string) => void;
  /** Closes its standard input. */
  readonly end: () => void;
  readonly ended: Promise<number>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

/** Starts a program with pipes in place of a terminal. */
export function typedCommand(argv: readonly [string, ...string[]], cwd: string): TypedCommand {
  const [file, ...words] = argv;
  const child = spawn(file, words, { cwd, stdio: 'pipe', env: { ...process.env, NO_COLOR: '1' } });
  let said = '';
  const looks = new Set<() => void>();
  const hear = (chunk: Buffer): void => {
    said += chunk.toString();
    for (const look of looks) look();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  // A program that has ended reads nothing more.
  child.stdin.on('error', () => undefined);
  const ended = new Promise<number>((settle, fail) => {
    child.on('error', fail);
    child.on('close', (code) => settle(code ?? -1));
  });
  return {
    said: () => said,
    says: (pattern) =>
      new Promise((settle, fail) => {
        const look = (): void => {
          const found = pattern.exec(said);
          if (found === null) return;
          looks.delete(look);
          settle(found);
        };
        looks.add(look);
        look();
        ended.then((code) => fail(new Error(`it ended with ${code} and never said ${pattern}: ${said}`)), fail);
      }),
    type: (line) => void child.stdin.write(`${line}\n`),
    end: () => void child.stdin.end(),
    ended,
    kill: (signal) => void child.kill(signal),
  };
}
