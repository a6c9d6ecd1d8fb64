import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { Command, Host } from '../hosts/host.ts';
import type { Check, HostPlan } from '../plan/plan.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { stateDirectory } from '../facts/manifest.ts';
import { stagedScript } from './remote-scripts.ts';

const staging = `${stateDirectory}/staging`;

/**
 * Lays the new files out beside the live ones and lets every daemon judge its own, before anything is changed. Throws
 * `config-refused` with the daemon's own words. What systemd-analyze says is a warning: it also complains about units
 * of others.
 */
export async function checkStaged(
  host: Host,
  work: { readonly plan: HostPlan; readonly desired: DesiredHost; readonly emit: Emit },
): Promise<void> {
  const { plan, desired, emit } = work;
  if (plan.checks.length === 0) return;
  const writes = desired.files.filter((file) => plan.write.includes(file.path));
  const removed = plan.remove.map((path) => `${path}\n`).join('');
  await clearStaging(host);
  try {
    await host.write([
      ...writes.map((file) => ({ ...file, path: `${staging}/files${file.path}` })),
      { path: `${staging}/removed`, mode: 0o600, owner: 'root:root', bytes: new TextEncoder().encode(removed) },
    ]);
    for (const check of plan.checks) {
      for (const words of commandsOf(check, desired)) {
        const outcome = await host.run(inStagedTree(words, check));
        const said = `${outcome.stdout}\n${outcome.stderr}`.trim();
        if (check === 'systemd') advise(host, adviceOn(said, plan), emit);
        else if (outcome.exitCode !== 0) throw refused({ host: host.name, check, words, said });
      }
    }
  } finally {
    await clearStaging(host);
  }
}

/** Removes what an earlier check may have left; the mount is gone with its process. */
async function clearStaging(host: Host): Promise<void> {
  await host.run({ argv: ['rm', '-rf', '--one-file-system', staging] });
}

/** keepalived must see the host's interfaces. The others get a network of their own, where every port is free. */
function inStagedTree(words: readonly string[], check: Check): Command {
  const network = check === 'nginx' || check === 'nftables' ? ['--net'] : [];
  return {
    argv: ['unshare', '--mount', ...network, '--', 'sh', '-c', stagedScript, 'sh', ...words],
    timeoutMs: 60_000,
  };
}

function commandsOf(check: Check, desired: DesiredHost): readonly (readonly [string, ...string[]])[] {
  switch (check) {
    case 'nginx':
      return [['nginx', '-t', '-q']];
    case 'keepalived':
      return [['keepalived', '-t']];
    case 'powerdns':
      return [['pdns_server', '--config=check']];
    case 'nftables':
      return desired.files
        .filter((file) => file.path.endsWith('.nft'))
        .map((file) => ['nft', '--check', '--file', file.path] as const);
    case 'systemd':
      return [['systemd-analyze', 'verify', ...desired.units]];
    default:
      return check satisfies never;
  }
}

/** What is said about our units. Programs outside /etc are not there yet, so it is no news that they are missing. */
function adviceOn(said: string, plan: HostPlan): readonly string[] {
  const comes = (line: string): boolean => plan.write.some((path) => line.includes(path) && !path.startsWith('/etc/'));
  return said.split('\n').filter((line) => line.includes('evenkeel') && !comes(line));
}

function advise(host: Host, lines: readonly string[], emit: Emit): void {
  for (const line of lines) {
    emit({ code: 'warning', level: 'warning', data: { host: host.name, text: `systemd-analyze: ${line.trim()}` } });
  }
}

const daemonNames: Readonly<Record<Check, string>> = {
  nginx: 'NGINX',
  keepalived: 'keepalived',
  powerdns: 'PowerDNS',
  nftables: 'nft',
  systemd: 'systemd',
};

function refused(what: {
  readonly host: string;
  readonly check: Check;
  readonly words: readonly string[];
  readonly said: string;
}): Fault {
  return new Fault({
    code: 'config-refused',
    message: `${daemonNames[what.check]} on ${what.host} refuses its new configuration`,
    host: what.host,
    command: what.words,
    said: what.said,
    state: 'no file was changed on any host',
    next: 'The words above name the file and line; `evenkeel render -o DIR` writes the files to look at',
  });
}
