import { quoteCommand } from '../base/shell-quote.ts';
import type { Command } from './host.ts';

/**
 * Runs on the host around every command. It says on both outputs when the command begins, and on stderr how it ended, so that
 * three things are never mixed up: ssh's own exit code 255 and a command's; sudo's refusal and a command's; and what a
 * chatty login shell prints and what the command prints. `timeout` (coreutils) ends the command on the host when we have long
 * given up on it. Words: token, seconds, then the command.
 */
const wrapper = [
  't=$1 s=$2; shift 2',
  'LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; export LC_ALL PATH; umask 022',
  'echo "$t"; echo "$t" >&2',
  'timeout -k 5 "$s" "$@"',
  'printf "\\n%s %s\\n" "$t" "$?" >&2',
].join('\n');

/** The kernel takes no longer single argument (MAX_ARG_STRLEN, execve(2)), and the login shell gets the line as one. */
const longestLine = 128 * 1024 - 1;

/** A command and how it is to be carried to the host. */
export interface RemoteCommand {
  readonly argv: Command['argv'];
  /** Unlikely text, new for each command, that marks our own lines in the outputs. */
  readonly token: string;
  /** Seconds after which the host itself ends the command. */
  readonly seconds: number;
  /** `sudo`: the login user is not root and the command must be. */
  readonly through: 'nothing' | 'sudo';
}

/** The line for the login shell of the host. Throws when a word holds NUL or the whole is too long. */
export function wrapCommand(command: RemoteCommand): string {
  const { argv, token, seconds } = command;
  const sudo = command.through === 'sudo' ? ['sudo', '-n', '--'] : [];
  const line = quoteCommand([...sudo, 'sh', '-c', wrapper, 'sh', token, String(seconds), ...argv]);
  if (Buffer.byteLength(line) > longestLine) {
    throw new Error(`the command ${argv[0]} is longer than ${longestLine} bytes: give it its data on stdin`);
  }
  return line;
}

/** What the two outputs of a wrapped command tell. */
export type RemoteOutcome =
  /** The wrapper never ran: ssh, the login shell or sudo refused. `said` is all that was printed. */
  | { readonly kind: 'not-started'; readonly said: string }
  /** It began, and its end never reached us. */
  | { readonly kind: 'cut-off'; readonly said: string }
  | { readonly kind: 'ended'; readonly exitCode: number; readonly stdout: Uint8Array; readonly stderr: string };

/** Reads the outputs of a wrapped command. */
export function readRemoteOutcome(outputs: {
  readonly token: string;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}): RemoteOutcome {
  const { token, stderr } = outputs;
  const stdout = Buffer.from(outputs.stdout.buffer, outputs.stdout.byteOffset, outputs.stdout.byteLength);
  const mark = `${token}\n`;
  const begin = stderr.indexOf(mark);
  if (begin < 0) return { kind: 'not-started', said: `${stdout.toString()}\n${stderr}`.trim() };
  const rest = stderr.slice(begin + mark.length);
  const end = rest.lastIndexOf(`\n${token} `);
  const exitCode = end < 0 ? null : /^\n\S+ (\d+)\n/.exec(rest.slice(end));
  if (exitCode === null) return { kind: 'cut-off', said: rest.trim() };
  const first = stdout.indexOf(mark);
  return {
    kind: 'ended',
    exitCode: Number(exitCode[1]),
    stdout: first < 0 ? stdout : stdout.subarray(first + mark.length),
    // What other processes or ssh itself printed after the end stays in, behind it.
    stderr: rest.slice(0, end) + rest.slice(end + exitCode[0].length),
  };
}
