import { Fault } from '../base/fault.ts';
import type { Command, CommandOutcome, Host } from '../hosts/host.ts';
import type { Action } from '../plan/plan.ts';
import { scriptPath } from '../render/host-paths.ts';
import { reloadNginxScript } from './remote-scripts.ts';

/** Milliseconds for a unit to start, stop or reload; Debian's nginx may take 15 s to stop. */
const unitTimeoutMs = 100_000;

/** Does one action of a plan. Throws `command-failed` with the daemon's last words, `config-refused` for a zone. */
export async function runAction(host: Host, action: Action): Promise<void> {
  switch (action.kind) {
    case 'daemon-reload':
      return run(host, ['systemctl', 'daemon-reload']);
    case 'tmpfiles':
      return run(host, ['systemd-tmpfiles', '--create', ...action.paths]);
    case 'sysctl':
      return run(host, ['/usr/lib/systemd/systemd-sysctl', ...action.paths]);
    case 'enable':
    case 'disable':
      // Debian's nginx and keepalived also have SysV scripts, whose links systemctl would keep in step through Perl, one unit after
      // the other: 0.8 s each in the lab. systemd reads no link of a script that has a unit (systemd.generator(7), sysv-generator).
      return run(host, ['env', 'SYSTEMCTL_SKIP_SYSV=1', 'systemctl', action.kind, '--quiet', ...action.units]);
    case 'start':
    case 'restart':
      // A unit that failed too often before is refused until its counter is reset.
      await host.run({ argv: ['systemctl', 'reset-failed', action.unit] });
      return runUnit(host, action.unit, ['systemctl', action.kind, action.unit]);
    case 'stop':
      return runUnit(host, action.unit, ['systemctl', 'stop', action.unit]);
    case 'reload':
      return runUnit(
        host,
        action.unit,
        action.unit === 'nginx.service' ? ['sh', '-c', reloadNginxScript] : ['systemctl', 'reload', action.unit],
      );
    case 'load-zone':
      return loadZone(host, action);
    case 'drop-zone':
      await run(host, ['runuser', '-u', 'pdns', '--', 'pdnsutil', 'delete-zone', action.zone]);
      return run(host, ['pdns_control', 'purge', `${action.zone}$`]);
    default:
      return action satisfies never;
  }
}

async function run(host: Host, argv: Command['argv']): Promise<void> {
  const outcome = await host.run({ argv, timeoutMs: unitTimeoutMs });
  if (outcome.exitCode !== 0) throw failed(host, argv, words(outcome));
}

async function runUnit(host: Host, unit: string, argv: Command['argv']): Promise<void> {
  const outcome = await host.run({ argv, timeoutMs: unitTimeoutMs });
  if (outcome.exitCode === 0) return;
  const shown = argv[0] === 'sh' ? ['systemctl', 'reload', unit] : argv;
  throw failed(host, shown, [words(outcome), await lastWords(host, unit)].filter((text) => text !== '').join('\n'));
}

/** The last lines a unit wrote to the journal. */
export async function lastWords(host: Host, unit: string): Promise<string> {
  const outcome = await host.run({
    argv: ['journalctl', `--unit=${unit}`, '--lines=12', '--no-pager', '--output=cat', '--quiet'],
  });
  return outcome.stdout.trim();
}

async function loadZone(host: Host, action: { readonly zone: string; readonly path: string }): Promise<void> {
  const argv = [scriptPath('load-zone'), action.zone, action.path] as const;
  const outcome = await host.run({ argv: [...argv], timeoutMs: unitTimeoutMs });
  if (outcome.exitCode === 0) return;
  throw new Fault({
    code: 'config-refused',
    message: `PowerDNS on ${host.name} refuses the zone ${action.zone}`,
    host: host.name,
    command: argv,
    said: words(outcome),
  });
}

function words(outcome: CommandOutcome): string {
  return `${outcome.stdout}\n${outcome.stderr}`.trim();
}

function failed(host: Host, argv: readonly string[], said: string): Fault {
  return new Fault({
    code: 'command-failed',
    message: `${argv.join(' ')} failed on ${host.name}`,
    host: host.name,
    command: argv,
    said,
  });
}
