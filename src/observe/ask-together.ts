import { Fault } from '../base/fault.ts';
import type { Command, CommandOutcome, Host } from '../hosts/host.ts';

/** Exit code of a command that was killed because its time was over (`Host.runAll`). */
const killed = 124;

/** A command that waits to be sent, and who waits for its outcome. */
interface Waiting {
  readonly command: Command;
  readonly timeoutMs: number;
  readonly settle: PromiseWithResolvers<CommandOutcome>;
}

/**
 * The same host, whose commands of one moment go together in one round trip, when they may take equally long: a look at a
 * balancer is a dozen small questions, and each by itself costs the host a session, a login shell and often a sudo. What a command says and
 * throws is the same, except that all of a round trip come when the last of them has ended.
 */
export function askTogether(host: Host): Host {
  let waiting: Waiting[] = [];

  const send = (): void => {
    const groups = Map.groupBy(waiting, ({ timeoutMs }) => timeoutMs);
    waiting = [];
    for (const [timeoutMs, group] of groups) void sendGroup(host, group, timeoutMs);
  };

  return {
    ...host,
    run(command) {
      const { timeoutMs } = command;
      if (timeoutMs === undefined || command.stdin !== undefined || command.as === 'login') return host.run(command);
      const settle = Promise.withResolvers<CommandOutcome>();
      if (waiting.length === 0) queueMicrotask(send);
      waiting.push({ command, timeoutMs, settle });
      return settle.promise;
    },
  };
}

/** Never rejects: whoever waits is told. */
async function sendGroup(host: Host, group: readonly Waiting[], timeoutMs: number): Promise<void> {
  const [first, ...others] = group;
  if (first === undefined) return;
  if (others.length === 0) {
    await host.run(first.command).then(first.settle.resolve, first.settle.reject);
    return;
  }
  try {
    const outcomes = await host.runAll(
      group.map(({ command }) => command.argv),
      timeoutMs,
    );
    for (const [index, { command, settle }] of group.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) throw new Error(`${host.name} gave no outcome of ${command.argv[0]}`);
      if (outcome.exitCode === killed) settle.reject(tooLate(host, command, timeoutMs));
      else settle.resolve(outcome);
    }
  } catch (error) {
    for (const { settle } of group) settle.reject(error);
  }
}

function tooLate(host: Host, { argv }: Command, timeoutMs: number): Fault {
  return new Fault({
    code: 'command-timed-out',
    message: `${argv[0]} on ${host.name} did not end within ${timeoutMs} ms and was given up`,
    host: host.name,
    command: argv,
    state: 'it was killed',
  });
}
