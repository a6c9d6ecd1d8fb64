import { Fault } from '../base/fault.ts';
import type { Command, CommandOutcome, Host } from '../hosts/host.ts';

/** What became of a question to a host. Never thrown: a host that does not answer is an answer too. */
export type Asked =
  | { readonly kind: 'answered'; readonly outcome: CommandOutcome }
  | { readonly kind: 'silent'; readonly reason: string };

/** Milliseconds a question may take unless it says otherwise. */
export const askTimeoutMs = 3000;

/** Milliseconds a host may take beyond the command's own limit: to connect, which ssh gives up after as long, and to log in on a busy host. */
const graceMs = 5000;

/** Runs a read-only command on a host, within a bounded time also when the connection hangs. Bugs are still thrown. */
export async function ask(host: Host, command: Command): Promise<Asked> {
  const timeoutMs = command.timeoutMs ?? askTimeoutMs;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<Asked>((resolve) => {
    timer = setTimeout(
      () => resolve({ kind: 'silent', reason: `no answer within ${(timeoutMs + graceMs) / 1000} s` }),
      timeoutMs + graceMs,
    );
  });
  try {
    return await Promise.race([deadline, answerOf(host, { ...command, timeoutMs })]);
  } finally {
    clearTimeout(timer);
  }
}

/** What the command printed; empty when the host was silent or the command failed. */
export function printed(asked: Asked): string {
  return asked.kind === 'answered' && asked.outcome.exitCode === 0 ? asked.outcome.stdout : '';
}

async function answerOf(host: Host, command: Command): Promise<Asked> {
  try {
    return { kind: 'answered', outcome: await host.run(command) };
  } catch (error) {
    if (error instanceof Fault) return { kind: 'silent', reason: faultWords(error) };
    throw error;
  }
}

function faultWords(fault: Fault): string {
  const said = fault.details.said?.split('\n')[0]?.trim() ?? '';
  return said === '' || fault.message.includes(said) ? fault.message : `${fault.message}: ${said}`;
}
