import { readFile } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import type { Release } from '../base/release.ts';
import { runLocal } from '../hosts/process.ts';
import { missingPackages } from './packages.ts';
import { assertRoot } from './root.ts';

/**
 * Throws the Fault that says why no lab can run here: `not-root`, `tool-missing` with the packages to install, or
 * `kernel-feature-missing`.
 */
export async function assertLabPossible(release: Release): Promise<void> {
  assertRoot('start machines on this computer');
  const missing = await missingPackages(release);
  if (missing.length > 0) {
    throw new Fault({
      code: 'tool-missing',
      message: `the lab needs Debian packages that are not installed: ${missing.join(', ')}`,
      state: 'nothing was changed',
      next: `apt-get install ${missing.join(' ')}`,
    });
  }
  await assertKernel();
}

async function assertKernel(): Promise<void> {
  const missing = await missingFilesystems();
  for (const name of missing) await runLocal({ argv: ['modprobe', '--quiet', name] }).catch(() => undefined);
  for (const name of await missingFilesystems()) {
    throw new Fault({
      code: 'kernel-feature-missing',
      message: `this computer's kernel has no ${name === 'overlay' ? 'overlay file system' : 'cgroup version 2'}`,
      state: 'nothing was changed',
      next: 'run the lab on a Debian kernel, in a virtual machine of its own if need be',
    });
  }
}

async function missingFilesystems(): Promise<readonly string[]> {
  const text = await readFile('/proc/filesystems', 'utf8');
  const known = new Set(text.split('\n').map((line) => line.split('\t')[1]));
  return ['overlay', 'cgroup2'].filter((name) => !known.has(name));
}
