import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Fault } from '../base/fault.ts';
import { runLocal } from '../hosts/process.ts';
import type { LabDefinition } from './definition.ts';
import { labPaths, machinePaths } from './lab-paths.ts';
import { knownHostsFile, sshConfigFile } from './ssh-files.ts';

/** Makes the lab's client key, a host key for each machine, and the files that OpenSSH reads. Nothing of it outlives the lab. */
export async function writeKeys(definition: LabDefinition): Promise<void> {
  const paths = labPaths(definition.name);
  const keys = new Map<string, string>();
  await Promise.all([
    generateKey(paths.clientKey, `evenkeel-lab-${definition.name}`),
    ...definition.machines.map(async (machine) => {
      const { hostKey } = machinePaths(definition.name, machine.name);
      await generateKey(hostKey, machine.name);
    }),
  ]);
  for (const machine of definition.machines) {
    keys.set(machine.name, await readFile(`${machinePaths(definition.name, machine.name).hostKey}.pub`, 'utf8'));
  }
  await writeFile(paths.knownHosts, knownHostsFile(keys), { mode: 0o600 });
  await writeFile(paths.sshConfig, sshConfigFile(definition), { mode: 0o600 });
}

async function generateKey(path: string, comment: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const argv = ['ssh-keygen', '-q', '-t', 'ed25519', '-N', '', '-C', comment, '-f', path] as const;
  const outcome = await runLocal({ argv, terminal: 'shielded' });
  if (outcome.exitCode === 0) return;
  throw new Fault({ code: 'command-failed', message: `no key could be made at ${path}`, said: outcome.stderr.trim() });
}
