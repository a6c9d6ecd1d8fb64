import { randomBytes } from 'node:crypto';
import { Fault } from '../base/fault.ts';
import { endConnection, newControlPath } from './control-socket.ts';
import { assertFilePaths } from './file-paths.ts';
import { decodeFrames, encodeFrames } from './frames.ts';
import { wrapFollowed } from './follow-command.ts';
import type { Command, FollowedCommand, Host } from './host.ts';
import { startLineProcess } from './line-process.ts';
import { runLocalBytes } from './process.ts';
import { readRemoteOutcome, type RemoteOutcome, wrapCommand } from './remote-command.ts';
import { runAllInput, runAllOutcomes, runAllScript } from './remote-commands.ts';
import { describeFileRefusal, fileStates } from './remote-file-answers.ts';
import { readScript, removeScript, writeScript } from './remote-files.ts';
import { describeSshRefusal } from './ssh-refusal.ts';
import { sshArguments, sshEnvironment, type SshTarget } from './ssh-target.ts';
import { describeNotStarted, describeSudoForbidden } from './sudo-refusal.ts';
import { turnstile } from './turnstile.ts';

/** Milliseconds for a command that does not say. */
const defaultTimeoutMs = 30_000;
/** Milliseconds for reading, writing or removing files, however many. */
const filesTimeoutMs = 120_000;
/** sshd takes 10 sessions on one connection (sshd_config(5), MaxSessions): one is for what is followed, one is left to others. */
const sessionsAtOnce = 8;
/** Milliseconds that ssh has to end after its input did. */
const endMs = 1_000;

/** Who we are on the host after login, as `id` says. */
interface Login {
  readonly user: string;
  readonly isRoot: boolean;
  readonly controlPath: string;
}

/** One of our own programs, for Perl. */
interface OwnProgram {
  /** What it is for: `read files`. */
  readonly doing: string;
  readonly script: string;
  /** What it reads. */
  readonly fields: readonly (string | Uint8Array)[];
  readonly timeoutMs: number;
}

/** An ended command, with stdout as it came. */
type Ended = Extract<RemoteOutcome, { readonly kind: 'ended' }>;

/**
 * A host reached by the system's OpenSSH over one shared connection (ControlMaster). Nothing is opened before the first use.
 * Host keys are always checked; nothing is ever asked on the terminal. A connection that was lost is opened again by the
 * next command.
 */
export function openSshHost(target: SshTarget): Host {
  const enter = turnstile(sessionsAtOnce);
  let login: Promise<Login> | undefined;
  let closed = false;

  /** Opens the connection and asks who we are; once, also for callers that come at the same time. */
  async function connect(): Promise<Login> {
    if (closed) throw new Error(`the host ${target.name} is used after close()`);
    login ??= openLogin().catch((error: unknown) => {
      login = undefined;
      throw error;
    });
    return login;
  }

  async function openLogin(): Promise<Login> {
    const controlPath = await newControlPath(target.controlDirectory, target.name);
    try {
      // ssh's own limit ends with the handshake; the rest (login, the first command) gets the same time again.
      const timeoutMs = 2 * target.connectTimeoutMs;
      const unknown = { user: '', isRoot: false, controlPath };
      const { stdout } = await transmit(unknown, { argv: ['id'], as: 'login', timeoutMs });
      const id = /^uid=(\d+)(?:\(([^)]*)\))?/.exec(Buffer.from(stdout).toString());
      if (id === null) throw new Error(`${target.name}: id printed ${Buffer.from(stdout).toString()}`);
      return { user: id[2] ?? id[1] ?? '', isRoot: id[1] === '0', controlPath };
    } catch (error) {
      await endConnection(controlPath);
      if (!(error instanceof Fault) || !/kex_exchange_identification|UNKNOWN port/.test(error.details.said ?? '')) {
        throw error;
      }
      throw await explainProxy(error);
    }
  }

  /**
   * With a shared connection ssh hides what a ProxyJump or ProxyCommand says (ssh_proxy_connect in sshconnect.c), and we only
   * learn that it ended. So it is asked once more, over a connection of its own.
   */
  async function explainProxy(first: Fault): Promise<Fault> {
    const again = await runLocalBytes({
      argv: [...sshArguments(target, { kind: 'single' }), 'true'],
      env: sshEnvironment,
      timeoutMs: 2 * target.connectTimeoutMs,
      terminal: 'shielded',
    });
    const answered = again.end.kind === 'exited' && again.end.exitCode !== 255;
    return answered ? first : describeSshRefusal(target, again.stderr);
  }

  /** Sends one command over the connection and waits for its end. Every other ending is thrown. */
  async function transmit(by: Login, command: Command): Promise<Ended> {
    const through = command.as === 'login' || by.isRoot ? 'nothing' : 'sudo';
    if (through === 'sudo' && target.sudo === 'never') throw describeSudoForbidden(target, by.user);
    const token = `evenkeel-${randomBytes(8).toString('hex')}`;
    const timeoutMs = command.timeoutMs ?? defaultTimeoutMs;
    // The host ends the command itself a little after we gave up, so that nothing lingers there.
    const seconds = Math.ceil(timeoutMs / 1000) + 1;
    const line = wrapCommand({ argv: command.argv, token, seconds, through });
    const [file, ...words] = sshArguments(target, { kind: 'shared', controlPath: by.controlPath });
    const local = await runLocalBytes({
      argv: [file, ...words, line],
      env: sshEnvironment,
      timeoutMs,
      // Ctrl-C must not cut a step of apply in the middle: whoever catches it decides what still runs.
      terminal: 'shielded',
      ...(command.stdin === undefined ? {} : { stdin: command.stdin }),
    });
    const outcome = readRemoteOutcome({ token, stdout: local.stdout, stderr: local.stderr });
    const about = { host: target.name, command: command.argv };
    // An outcome that arrived counts, even if a child that holds the pipes kept ssh waiting until the timeout.
    if (outcome.kind === 'ended') return outcome;
    if (local.end.kind === 'timed-out') {
      if (outcome.kind === 'not-started' && by.user === '') throw describeSshRefusal(target, outcome.said);
      throw new Fault({
        ...about,
        code: 'command-timed-out',
        message: `${command.argv[0]} on ${target.name} did not end within ${timeoutMs} ms and was given up`,
        said: outcome.said,
        state:
          outcome.kind === 'not-started'
            ? 'it is not known whether the command began'
            : 'the host stops the command by itself a second or two later; what it did until then stays',
      });
    }
    const { exitCode } = local.end;
    if (outcome.kind === 'not-started') {
      if (exitCode === 255) throw describeSshRefusal(target, outcome.said);
      throw describeNotStarted({ target, user: by.user, through, said: outcome.said, exitCode });
    }
    throw new Fault({
      ...about,
      code: 'host-unreachable',
      message: `the connection to ${target.name} was lost while ${command.argv[0]} ran`,
      said: outcome.said,
      state: 'it is not known whether the command finished',
      next: 'run it again when the host answers',
    });
  }

  async function send(command: Command): Promise<Ended> {
    return enter(async () => transmit(await connect(), command));
  }

  /** Starts a command in a session of its own and reads its lines until it ends. */
  async function follow({ argv, as, onBegin, onLine, signal }: FollowedCommand): Promise<void> {
    const by = await connect();
    const through = as === 'login' || by.isRoot ? 'nothing' : 'sudo';
    if (through === 'sudo' && target.sudo === 'never') throw describeSudoForbidden(target, by.user);
    if (signal.aborted) return;
    const token = `evenkeel-${randomBytes(8).toString('hex')}`;
    const [file, ...words] = sshArguments(target, { kind: 'shared', controlPath: by.controlPath });
    let began = false;
    const running = await startLineProcess({
      argv: [file, ...words, wrapFollowed(argv, { token, through })],
      env: sshEnvironment,
      onLine: (line) => {
        if (began) return void (signal.aborted || onLine(line));
        // A chatty login shell prints before it.
        began = line === token;
        if (began) onBegin();
      },
    });
    const stop = (): void => void running.end(endMs);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    const { exitCode, said } = await running.ended;
    signal.removeEventListener('abort', stop);
    if (signal.aborted || (began && exitCode !== 255)) return;
    if (!began && exitCode !== 255) throw describeNotStarted({ target, user: by.user, through, said, exitCode });
    if (!began) throw describeSshRefusal(target, said);
    throw new Fault({
      code: 'host-unreachable',
      message: `the connection to ${target.name} was lost while ${argv[0]} was followed`,
      host: target.name,
      command: argv,
      said,
      state: 'the host ends the command by itself',
    });
  }

  /** Runs one of our own programs, with its data on stdin. */
  async function sendProgram({ doing, script, fields, timeoutMs }: OwnProgram): Promise<Ended> {
    return send({ argv: ['perl', '-e', script], stdin: encodeFrames(fields), timeoutMs }).catch((error: unknown) => {
      // The program is long; a reader wants to know what it was for.
      if (error instanceof Fault && error.details.command !== undefined) {
        throw new Fault({ ...error.details, command: [`(${doing})`] }, error);
      }
      throw error;
    });
  }

  async function sendFiles(
    doing: string,
    script: string,
    fields: readonly (string | Uint8Array)[],
  ): Promise<Uint8Array> {
    const ended = await sendProgram({ doing: `${doing} files`, script, fields, timeoutMs: filesTimeoutMs });
    if (ended.exitCode !== 0) throw describeFileRefusal({ host: target.name, doing, ...ended });
    return ended.stdout;
  }

  return {
    name: target.name,
    async run(command) {
      const { exitCode, stdout, stderr } = await send(command);
      return { exitCode, stdout: Buffer.from(stdout).toString(), stderr };
    },
    async runAll(commands, timeoutMs) {
      if (commands.length === 0) return [];
      const seconds = Math.ceil(timeoutMs / 1000);
      const fields = runAllInput(commands, seconds);
      const limit = (seconds + 2) * 1000;
      const ended = await sendProgram({ doing: 'run commands', script: runAllScript, fields, timeoutMs: limit });
      if (ended.exitCode === 0) return runAllOutcomes(ended.stdout);
      const message = `commands could not be run on ${target.name}`;
      throw new Fault({ code: 'command-failed', message, host: target.name, said: ended.stderr.trim() });
    },
    follow,
    async read(paths) {
      assertFilePaths(paths);
      if (paths.length === 0) return [];
      const stdout = await sendFiles('read', readScript, [String(paths.length), ...paths]);
      return fileStates(paths, decodeFrames(stdout));
    },
    async write(files) {
      assertFilePaths(files.map((file) => file.path));
      if (files.length === 0) return;
      const fields = files.flatMap((file) => [file.path, String(file.mode), file.owner, file.bytes]);
      await sendFiles('write', writeScript, [String(files.length), ...fields]);
    },
    async remove(paths) {
      assertFilePaths(paths);
      if (paths.length === 0) return;
      await sendFiles('remove', removeScript, [String(paths.length), ...paths]);
    },
    async close() {
      closed = true;
      const opened = await login?.catch(() => undefined);
      login = undefined;
      if (opened !== undefined) await endConnection(opened.controlPath);
    },
  };
}
