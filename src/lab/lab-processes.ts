import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { Fault } from '../base/fault.ts';
import { killProcess } from './cgroup.ts';
import { labNamespace, labPaths } from './lab-paths.ts';
import { labNamespaces, namespaceFolder } from './network.ts';

/** How long killed processes may take to be gone. */
const deathMs = 20_000;

/**
 * The processes on this computer that belong to a lab, found without any record of them: those in its network namespaces
 * (machines, ssh's proxies, whatever `ip netns exec` started), those whose arguments name one of its machines, and ssh
 * with its ssh_config.
 */
export async function labProcesses(lab: string): Promise<readonly number[]> {
  const namespaces = new Set(
    await Promise.all(
      (await labNamespaces(lab)).map(async (name) => {
        const entry = await stat(`${namespaceFolder}/${name}`).catch(() => undefined);
        return `net:[${entry?.ino ?? 0}]`;
      }),
    ),
  );
  const machine = `\0--machine=${labNamespace(lab)}.`;
  const { sshConfig } = labPaths(lab);
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid);
  const belongs = await Promise.all(
    pids.map(async (pid) => {
      const namespace = await readlink(`/proc/${pid}/ns/net`).catch(() => '');
      if (namespaces.has(namespace)) return true;
      const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
      if (command.includes(machine)) return true;
      return /^(\S*\/)?ssh(:|\0)/.test(command) && command.includes(sshConfig);
    }),
  );
  return pids.filter((_, index) => belongs[index] === true).map(Number);
}

/** Kills them all and waits until they are gone. */
export async function killLabProcesses(lab: string): Promise<void> {
  const deadline = performance.now() + deathMs;
  for (;;) {
    const pids = await labProcesses(lab);
    if (pids.length === 0) return;
    if (performance.now() > deadline) {
      throw new Fault({
        code: 'lab-machine-failed',
        message: `processes of the lab ${lab} don't die: ${pids.join(' ')}`,
      });
    }
    for (const pid of pids) killProcess(pid);
    await wait(10);
  }
}
