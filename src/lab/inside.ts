import { Fault } from '../base/fault.ts';
import { machineCgroup, machineLeader } from './cgroup.ts';

/** The argv that runs a command inside a machine without its network or sshd. `leader` is its systemd's process id. */
export function insideArgv(leader: number, command: readonly [string, ...string[]]): [string, ...string[]] {
  const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup'];
  return ['nsenter', `--target=${leader}`, ...namespaces, '--wd=/', '--', ...command];
}

/** The process id of a machine's systemd. Throws a Fault `lab-not-running` when the machine is off. */
export async function leaderOf(lab: string, machine: string): Promise<number> {
  const leader = await machineLeader(await machineCgroup(lab, machine));
  if (leader !== undefined) return leader;
  throw new Fault({
    code: 'lab-not-running',
    message: `the machine ${machine} of the lab ${lab} is off`,
    host: machine,
    next: `evenkeel lab fault power-on ${machine}`,
  });
}
