import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import { installScript } from './remote-scripts.ts';

/** Milliseconds for apt: mirrors can be slow, and another apt may have to end first. */
const installTimeoutMs = 20 * 60_000;

/**
 * Installs packages without starting their daemons. Throws `package-unavailable` with apt's own words, or `disk-full`.
 * What apt had installed before it failed stays; nothing of it runs.
 */
export async function installPackages(host: Host, packages: readonly string[]): Promise<void> {
  if (packages.length === 0) return;
  const outcome = await host.run({
    argv: ['sh', '-c', installScript, 'sh', ...packages],
    timeoutMs: installTimeoutMs,
  });
  if (outcome.exitCode === 0) return;
  const words = `${outcome.stdout}\n${outcome.stderr}`;
  const complaints = words.split('\n').filter((line) => /^(E|Err|dpkg: error)[:\d ]/.test(line));
  const full = /No space left on device/.test(words);
  throw new Fault({
    code: full ? 'disk-full' : 'package-unavailable',
    message: full
      ? `the disk of ${host.name} is full: ${packages.join(', ')} can't be installed`
      : `apt can't install ${packages.join(', ')} on ${host.name}`,
    host: host.name,
    command: ['apt-get', 'install', ...packages],
    said: (complaints.length > 0 ? complaints : words.trim().split('\n').slice(-8)).join('\n'),
    state: 'no file of the edge was changed and no daemon started',
    next: full
      ? `Make room on ${host.name}, then apply again`
      : `Check the package sources of ${host.name} (/etc/apt/sources.list.d), or install the packages by hand; the whole log is /var/lib/evenkeel/install.log`,
  });
}
