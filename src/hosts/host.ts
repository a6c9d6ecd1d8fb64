/** Who a command runs as on a host: the login user, or root (directly, or through `sudo -n`). */
export type RunAs = 'login' | 'root';

/** A command for a host. argv only: no part of it is ever read by a shell. */
export interface Command {
  readonly argv: readonly [string, ...string[]];
  /** What is written to its standard input. Never logged. */
  readonly stdin?: string | Uint8Array;
  /** Default `root`. */
  readonly as?: RunAs;
  /** Milliseconds until it is given up (`command-timed-out`). Default 30,000. */
  readonly timeoutMs?: number;
}

/** What a command did. A non-zero exit is an answer, not an error. Text is UTF-8. */
export interface CommandOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command whose lines are read as they come, for as long as somebody wants them. */
export interface FollowedCommand {
  readonly argv: Command['argv'];
  /** Default `root`. */
  readonly as?: RunAs;
  /** Called once it runs, before the first line. */
  readonly onBegin: () => void;
  /** Called with each line of its standard output as it comes, without its line end. */
  readonly onLine: (line: string) => void;
  /** Ends it, there too. */
  readonly signal: AbortSignal;
}

/** One file as it lies on a host. */
export type FileState =
  | { readonly kind: 'absent'; readonly path: string }
  | {
      readonly kind: 'file';
      readonly path: string;
      /** Permission bits, e.g. 0o644. */
      readonly mode: number;
      /** `user:group`. */
      readonly owner: string;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'symlink'; readonly path: string; readonly target: string }
  | { readonly kind: 'other'; readonly path: string };

/** A file to be put on a host. Parent directories are made as needed (root:root 0755). */
export interface FileWrite {
  readonly path: string;
  readonly mode: number;
  readonly owner: string;
  readonly bytes: Uint8Array;
}

/**
 * The one way to act on a machine. The real adapter is OpenSSH (`open-ssh.ts`), the fake keeps files in memory
 * (`memory-host.ts`); both pass `host-contract.ts`. Every method throws a Fault when the host can't be reached.
 */
export interface Host {
  /** The name in the edge file. */
  readonly name: string;
  /** Runs one command. Throws only if it could not be run at all or timed out. */
  run(command: Command): Promise<CommandOutcome>;
  /**
   * Runs commands as root at the same time, in one round trip, without input; their outcomes in the order asked. After
   * `timeoutMs`, a whole second or more, those that still run are killed and have exit code 124, with what they printed until
   * then. Throws only if they could not be run at all.
   */
  runAll(commands: readonly Command['argv'][], timeoutMs: number): Promise<readonly CommandOutcome[]>;
  /**
   * Runs a command and reports its lines until it ends or the signal fires; then it resolves. Only one at a time. When the
   * connection is lost the command is ended on the host, and this throws `host-unreachable`.
   */
  follow(command: FollowedCommand): Promise<void>;
  /** Reads files as root, in one round trip, in the order asked. Symlinks are not followed. */
  read(paths: readonly string[]): Promise<readonly FileState[]>;
  /** Writes files as root, in one round trip: all are staged beside their targets and synced, then renamed one by one. */
  write(files: readonly FileWrite[]): Promise<void>;
  /** Removes files as root, in one round trip. A file that is not there is no error. */
  remove(paths: readonly string[]): Promise<void>;
  /** Lets go of the connection. The host may not be used afterwards. */
  close(): Promise<void>;
}
