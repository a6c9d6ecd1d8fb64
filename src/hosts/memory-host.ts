import { Fault } from '../base/fault.ts';
import { assertFilePaths } from './file-paths.ts';
import type { Command, CommandOutcome, FileState, FileWrite, FollowedCommand, Host } from './host.ts';
import { followInMemory, type PlayLines } from './memory-follow.ts';
import { wrapCommand } from './remote-command.ts';

/** The disk of a memory host, by path. A Map that the test keeps survives close() and crashes; hosts may share it. */
export type MemoryFiles = Map<string, Exclude<FileState, { readonly kind: 'absent' }>>;

/** Plays the programs of a memory host. May change the files. `undefined`: there is no such program (exit code 127). */
export type Respond = (
  command: Command,
  files: MemoryFiles,
) => CommandOutcome | undefined | Promise<CommandOutcome | undefined>;

/** One thing a memory host was asked to do, in order. */
export type MemoryOperation =
  | { readonly kind: 'run'; readonly command: Command }
  | { readonly kind: 'run-all'; readonly commands: readonly Command['argv'][] }
  | { readonly kind: 'follow'; readonly argv: Command['argv'] }
  | { readonly kind: 'read'; readonly paths: readonly string[] }
  | { readonly kind: 'write'; readonly files: readonly FileWrite[] }
  | { readonly kind: 'remove'; readonly paths: readonly string[] };

/** Where the connection to a memory host breaks; from then on the host answers nothing. */
export interface Crash {
  /** The operation it breaks at, counted from 1. */
  readonly at: number;
  /** `halfway`: half of the files (rounded down) were renamed or removed; a command was not run. */
  readonly moment: 'before' | 'halfway' | 'after';
}

/** How to make a memory host. */
export interface MemoryHostOptions {
  readonly name: string;
  readonly files?: MemoryFiles;
  /** Default: there is no program at all. */
  readonly respond?: Respond;
  /** Plays the programs that are followed. Default: each ends at once. */
  readonly play?: PlayLines;
  readonly crash?: Crash;
}

/** A Host in memory, for tests, and what it went through. */
export interface MemoryHost extends Host {
  readonly files: MemoryFiles;
  readonly operations: readonly MemoryOperation[];
  /** The argv of each command that was run, in order. */
  readonly commands: () => readonly Command['argv'][];
}

/** Milliseconds for a command that does not say; as with OpenSSH. */
const defaultTimeoutMs = 30_000;

/** The fake adapter of the Host port. It passes the same contract test as OpenSSH. */
export function memoryHost(options: MemoryHostOptions): MemoryHost {
  const { name } = options;
  const files: MemoryFiles = options.files ?? new Map();
  const operations: MemoryOperation[] = [];
  let state: 'open' | 'broken' | 'closed' = 'open';

  function lost(): Fault {
    state = 'broken';
    return new Fault({ code: 'host-unreachable', message: `the connection to ${name} was lost`, host: name });
  }

  /** Does one operation, unless this is where the connection breaks. */
  async function perform<T>(operation: MemoryOperation, work: (part: 'all' | 'half') => T | Promise<T>): Promise<T> {
    if (state === 'closed') throw new Error(`the host ${name} is used after close()`);
    if (state === 'broken') throw lost();
    operations.push(operation);
    if (operations.length !== options.crash?.at) return work('all');
    if (options.crash.moment === 'halfway') await work('half');
    if (options.crash.moment === 'after') await work('all');
    throw lost();
  }

  async function play(command: Command): Promise<CommandOutcome> {
    return (await inTime(name, command, options.respond?.(command, files))) ?? notFound(command);
  }

  function read(path: string): FileState {
    return files.get(path) ?? { kind: isDirectory(files, path) ? 'other' : 'absent', path };
  }

  function refuse(doing: string, said: string): never {
    const state = 'no file was changed';
    throw new Fault({ code: 'command-failed', message: `can't ${doing} files on ${name}`, host: name, said, state });
  }

  return {
    name,
    files,
    operations,
    commands: () =>
      operations.flatMap((operation) => {
        if (operation.kind === 'run') return [operation.command.argv];
        return operation.kind === 'run-all' ? operation.commands : [];
      }),
    run(command) {
      return perform({ kind: 'run', command }, async (part) => {
        // Refuses what OpenSSH could not carry.
        wrapCommand({ argv: command.argv, token: name, seconds: 1, through: 'nothing' });
        return part === 'half' ? notFound(command) : play(command);
      });
    },
    runAll(commands, timeoutMs) {
      if (commands.length === 0) return Promise.resolve([]);
      return perform({ kind: 'run-all', commands }, async (part) =>
        Promise.all(
          commands.map(async (argv) =>
            part === 'half'
              ? notFound({ argv })
              : play({ argv, timeoutMs }).catch((error: unknown) => {
                  if (!(error instanceof Fault)) throw error;
                  return { exitCode: 124, stdout: '', stderr: '' };
                }),
          ),
        ),
      );
    },
    async follow(command: FollowedCommand) {
      await perform({ kind: 'follow', argv: command.argv }, (part) =>
        part === 'half' ? undefined : followInMemory(command, options.play),
      );
    },
    async read(paths) {
      assertFilePaths(paths);
      return perform({ kind: 'read', paths }, () => paths.map(read));
    },
    async write(writes) {
      assertFilePaths(writes.map((file) => file.path));
      await perform({ kind: 'write', files: writes }, (part) => {
        for (const { path } of writes) {
          if (read(path).kind === 'other') refuse('write', `${path}: is a directory`);
          const parent = parents(path).find((directory) => files.get(directory)?.kind === 'file');
          if (parent !== undefined) refuse('write', `${parent}: Not a directory`);
        }
        const done = part === 'all' ? writes : writes.slice(0, Math.floor(writes.length / 2));
        for (const file of done) files.set(file.path, { kind: 'file', ...file, bytes: file.bytes.slice() });
      });
    },
    async remove(paths) {
      assertFilePaths(paths);
      await perform({ kind: 'remove', paths }, (part) => {
        for (const path of paths) if (read(path).kind === 'other') refuse('remove', `${path}: is a directory`);
        const done = part === 'all' ? paths : paths.slice(0, Math.floor(paths.length / 2));
        for (const path of done) files.delete(path);
      });
    },
    close() {
      state = 'closed';
      return Promise.resolve();
    },
  };
}

function notFound({ argv: [program] }: Command): CommandOutcome {
  return { exitCode: 127, stdout: '', stderr: `${program}: not found\n` };
}

/** A directory is what has files below it. */
function isDirectory(files: MemoryFiles, path: string): boolean {
  for (const other of files.keys()) if (other.startsWith(`${path}/`)) return true;
  return false;
}

/** `/a/b/c` -> `/a/b`, `/a`. */
function parents(path: string): readonly string[] {
  const cut = path.lastIndexOf('/');
  return cut <= 0 ? [] : [path.slice(0, cut), ...parents(path.slice(0, cut))];
}

async function inTime(
  host: string,
  command: Command,
  answer: ReturnType<Respond>,
): Promise<CommandOutcome | undefined> {
  const timeoutMs = command.timeoutMs ?? defaultTimeoutMs;
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      const message = `${command.argv[0]} on ${host} did not end within ${timeoutMs} ms and was given up`;
      reject(new Fault({ code: 'command-timed-out', message, host, command: command.argv }));
    }, timeoutMs);
  });
  try {
    return await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
