import { Fault } from '../../base/fault.ts';
import { runLocal } from '../../hosts/process.ts';
import type { CommandWay } from '../../model/alert-settings.ts';
import type { OutgoingAlert } from '../../report/alert-memory.ts';
import { saidBy, type SendOutcome } from './send-outcome.ts';
import type { SendWorld } from './send-webhook.ts';

/**
 * Runs the command with the JSON document on standard input, in the directory of the edge file, without a shell and without a terminal. Exit 0 is
 * `taken`; anything else is tried again.
 */
export async function sendCommand(way: CommandWay, message: OutgoingAlert, world: SendWorld): Promise<SendOutcome> {
  const [program] = way.argv;
  try {
    const { exitCode, stdout, stderr } = await runLocal({
      argv: way.argv,
      stdin: message.document,
      cwd: world.directory,
      signal: world.signal,
      terminal: 'shielded',
    });
    const words = saidBy(stderr.trim() === '' ? stdout : stderr, []);
    const said = `exit ${exitCode}${words === '' ? '' : `: ${words}`}`;
    if (exitCode === 0) return { kind: 'taken', said };
    return { kind: 'failed', said, next: `run ${program} by hand with a JSON document on standard input` };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    if (error.code === 'interrupted') {
      return {
        kind: 'failed',
        said: `${program} did not end in time, and was stopped`,
        next: `see why ${program} hangs`,
      };
    }
    return { kind: 'failed', said: error.message, next: `see that ${program} is there and may be run` };
  }
}
