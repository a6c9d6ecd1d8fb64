import { readdir } from 'node:fs/promises';
import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { Release } from '../base/release.ts';
import { runLocal } from '../hosts/process.ts';
import { imageRecipe } from './recipe.ts';
import { assertRoot } from './root.ts';

/** The Debian packages of this computer that the lab needs. */
export const labPackages: readonly string[] = [
  'debian-archive-keyring',
  'iproute2',
  'mmdebstrap',
  'netcat-openbsd',
  'nftables',
  'openssh-client',
  // Not for the machines but for what is put on them: certificates.
  'openssl',
  'systemd-container',
  'util-linux',
];

const keyringFolder = '/usr/share/keyrings';

/** Those of `labPackages` that this computer lacks. A keyring without the release's keys counts as missing. */
export async function missingPackages(release: Release = 'debian13'): Promise<readonly string[]> {
  // dpkg-query ends with 1 when it does not know one of the names; what it prints is right all the same.
  const outcome = await runLocal({
    argv: ['dpkg-query', '--show', '--showformat', '${Package} ${db:Status-Status}\n', ...labPackages],
  });
  const installed = new Set(
    outcome.stdout.split('\n').flatMap((line) => (line.endsWith(' installed') ? [line.split(' ')[0]] : [])),
  );
  const keys = await readdir(keyringFolder).catch(() => []);
  const keyed = keys.some((name) => name.startsWith(`debian-archive-${imageRecipe(release).codename}-`));
  return labPackages.filter((name) => !installed.has(name) || (name === 'debian-archive-keyring' && !keyed));
}

/**
 * Installs what is missing of `labPackages` by apt and says so before. Throws a Fault `not-root`, or `package-unavailable` with apt's
 * own words.
 */
export async function installPackages(emit: Emit, signal?: AbortSignal): Promise<void> {
  const packages = await missingPackages();
  if (packages.length === 0) return;
  assertRoot('install Debian packages');
  const task = 'lab-packages';
  const list = packages.join(' ');
  const started = performance.now();
  emit({
    code: 'note',
    level: 'info',
    data: { text: `These Debian packages are missing and are installed now: ${list}` },
  });
  emit({ code: 'task-started', level: 'info', data: { task, title: 'installing Debian packages' } });
  const apt = async (args: readonly string[]) => {
    const outcome = await runLocal({
      argv: ['apt-get', '--quiet', '--option=DPkg::Lock::Timeout=120', ...args],
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      onLine: (line) => {
        if (/^(Get:|Unpacking|Setting up)/.test(line)) {
          emit({ code: 'task-progress', level: 'progress', data: { task, note: line.trim() } });
        }
      },
      ...(signal === undefined ? {} : { signal }),
    });
    return outcome;
  };
  const updated = await apt(['update']);
  const outcome = await apt(['install', '--yes', '--no-install-recommends', ...packages]);
  const ms = performance.now() - started;
  if (outcome.exitCode !== 0) {
    emit({ code: 'task-failed', level: 'error', data: { task, note: 'apt-get failed', ms } });
    throw new Fault({
      code: 'package-unavailable',
      message: `apt-get could not install ${list}`,
      command: ['apt-get', 'install', ...packages],
      said: tail(updated.exitCode === 0 ? outcome.stderr : `${updated.stderr}\n${outcome.stderr}`),
      next: `apt-get update && apt-get install ${list}`,
    });
  }
  emit({ code: 'task-done', level: 'info', data: { task, note: list, ms } });
}

function tail(text: string): string {
  return text.trim().split('\n').slice(-8).join('\n');
}
