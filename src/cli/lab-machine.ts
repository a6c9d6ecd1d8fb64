import { Fault } from '../base/fault.ts';
import { labName } from '../lab/definition.ts';
import { leaderOf } from '../lab/inside.ts';
import { assertLabRunning } from '../lab/lab-status.ts';
import type { CliContext } from './context.ts';
import { loadEdge } from './edge-file.ts';

/** A running machine of a lab. */
export interface LabMachinePlace {
  readonly lab: string;
  readonly sshConfig: string;
}

/** Finds a machine of the lab the flags name. Throws `lab-not-running` (the lab, or only the machine), or `not-found` with the machines there are. */
export async function labMachine(
  context: CliContext,
  flags: { readonly file: string; readonly suffix?: string },
  machine: string,
): Promise<LabMachinePlace> {
  const { model } = await loadEdge(context, flags.file);
  const status = await assertLabRunning(labName(model.name, flags.suffix));
  if (!status.hosts.some((host) => host.name === machine)) {
    throw new Fault({
      code: 'not-found',
      message: `the lab ${status.name} has no machine named ${machine}`,
      next: `name one of ${status.hosts.map((host) => host.name).join(', ')}`,
    });
  }
  // ssh would only find after a while that nobody answers.
  await leaderOf(status.name, machine);
  return { lab: status.name, sshConfig: status.sshConfig };
}
