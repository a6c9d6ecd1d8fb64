import { quoteCommand } from '../base/shell-quote.ts';
import type { Command } from './host.ts';

/**
 * Runs on the host around a command that is followed. It says on standard output when the command begins, and ends the command
 * when its standard input ends: that is when ssh, or this computer, is gone, so nothing stays behind on the host. Words: token,
 * then the command.
 */
const wrapper = [
  't=$1; shift',
  'LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"; export LC_ALL PATH; umask 022',
  'echo "$t"; exec 3<&0',
  '"$@" </dev/null 3<&- & p=$!',
  // A shell gives what it puts in the background no standard input of its own (sh(1)), hence the third descriptor.
  '{ cat <&3; kill "$p"; } >/dev/null 2>&1 &',
  'wait "$p"',
].join('\n');

/** The line for the login shell of the host. `through` as in `wrapCommand`. */
export function wrapFollowed(
  argv: Command['argv'],
  { token, through }: { readonly token: string; readonly through: 'nothing' | 'sudo' },
): string {
  const sudo = through === 'sudo' ? ['sudo', '-n', '--'] : [];
  return quoteCommand([...sudo, 'sh', '-c', wrapper, 'sh', token, ...argv]);
}
