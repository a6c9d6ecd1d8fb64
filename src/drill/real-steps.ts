import { createHash } from 'node:crypto';
import { serviceUnits } from '../lab/lab-fault.ts';
import type { ModelHost } from '../model/model.ts';
import type { DrillStep } from './drill-fault.ts';

/** A step that can be done on a real host. */
export type RealStep = Exclude<DrillStep, { readonly kind: 'machine' | 'gateway' }>;

/** What a step runs on a host, as root. */
export interface HostCommand {
  readonly host: string;
  readonly argv: readonly [string, ...string[]];
  readonly stdin?: string;
}

/** What the commands of a partition need to know of a host. */
export interface PartitionHost {
  readonly host: ModelHost;
  /** TCP ports of its sshd. */
  readonly sshPorts: readonly number[];
}

/** Finds what is known of a host of the edge. */
export type FindHost = (name: string) => PartitionHost;

/** The commands of a step, to be run in order: systemctl(1) and nft(8). */
export function stepCommands(step: RealStep, find: FindHost): readonly [HostCommand, ...HostCommand[]] {
  switch (step.kind) {
    case 'service':
      return [{ host: step.host, argv: serviceArgv(serviceUnits[step.service], step.does) }];
    case 'command':
      return [{ host: step.host, argv: step.argv }];
    case 'partition': {
      const { from, to, direction, does } = step;
      const command = does === 'cut' ? cut : join;
      const there = command(find(from), find(to));
      return direction === 'one-way' ? [there] : [there, command(find(to), find(from))];
    }
  }
}

/**
 * Kills all processes of a unit, one by one: `systemctl kill` uses cgroup.kill, which takes ExecStopPost= along (systemd 257),
 * and no crash does that. Children first, so that none sees its parent go and says goodbye. Fails when there is none; a unit
 * that does not run has no group, and no other group is ever touched.
 */
const killScript = `set -eu
group=$(systemctl show --property=ControlGroup --value "$1")
case $group in /*/"$1") ;; *) exit 1 ;; esac
pids=$(tac "/sys/fs/cgroup$group/cgroup.procs")
[ -n "$pids" ]
kill -KILL $pids`;

/**
 * systemctl(1); `--kill-whom` is of systemd 252 (Debian 12). With `--fail` it is an error when no process got the signal: a
 * fault that nobody felt must not be measured as one.
 */
function serviceArgv(
  unit: string,
  does: Extract<RealStep, { readonly kind: 'service' }>['does'],
): readonly [string, ...string[]] {
  switch (does) {
    case 'kill':
      return ['sh', '-c', killScript, 'evenkeel-kill', unit];
    case 'hang':
      return ['systemctl', 'kill', '--fail', '--signal=STOP', '--kill-whom=all', unit];
    case 'resume':
      return ['systemctl', 'kill', '--signal=CONT', '--kill-whom=all', unit];
    case 'stop':
    case 'start':
      return ['systemctl', does, unit];
  }
}

/** The receiving host drops whatever comes from the other one, VRRP included. */
function cut(from: PartitionHost, to: PartitionHost): HostCommand {
  return { host: to.host.name, argv: ['nft', '--file', '-'], stdin: cutRules(from, to) };
}

function join(from: PartitionHost, to: PartitionHost): HostCommand {
  const table = tableName(from.host.name);
  // Added before it is deleted, so that the deletion never fails.
  return { host: to.host.name, argv: ['nft', `add table inet ${table}; delete table inet ${table}`] };
}

/**
 * The ruleset (nft(8)) of a table of its own, which replaces itself. SSH passes in both directions: the controller may be
 * the other host, or come through it.
 */
export function cutRules(from: PartitionHost, to: PartitionHost): string {
  const table = `table inet ${tableName(from.host.name)}`;
  const ports = [...new Set([...from.sshPorts, ...to.sshPorts])].join(', ');
  const sources = ([4, 6] as const).flatMap((family) => {
    const addresses = from.host.addresses.filter((address) => address.family === family);
    const list = addresses.map((address) => address.text).join(', ');
    return list === '' ? [] : [`    ${family === 4 ? 'ip' : 'ip6'} saddr { ${list} } drop`];
  });
  return [
    `${table} {}`,
    `delete ${table}`,
    `${table} {`,
    '  chain prerouting {',
    '    type filter hook prerouting priority -300; policy accept;',
    `    tcp dport { ${ports} } accept`,
    `    tcp sport { ${ports} } accept`,
    ...sources,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** One table for each host that is not heard; host names may hold what a name of nft may not. */
function tableName(from: string): string {
  return `evenkeel_drill_${createHash('sha256').update(from).digest('hex').slice(0, 8)}`;
}

/** A transient timer that does a heal step when nobody else does. */
export interface DeadMansTimer {
  /** Its systemd unit, without `.timer`. */
  readonly unit: string;
  readonly command: HostCommand;
}

/** The timers of all drills, as a pattern of systemctl(1). */
export const timerPattern = 'evenkeel-drill-heal-*.timer';

/** A timer for each command that heals. */
export function deadMansTimers(fault: string, commands: readonly HostCommand[]): readonly DeadMansTimer[] {
  const digest = createHash('sha256').update(fault).digest('hex').slice(0, 8);
  return commands.map((command, index) => ({ unit: `evenkeel-drill-heal-${digest}-${index}`, command }));
}

/** systemd-run(1) for a timer. Milliseconds. */
export function timerArgv(
  { unit, command }: DeadMansTimer,
  { fault, afterMs }: { readonly fault: string; readonly afterMs: number },
): readonly [string, ...string[]] {
  return [
    'systemd-run',
    '--quiet',
    '--collect',
    `--unit=${unit}`,
    `--description=heals ${fault}, unless the drill does`,
    `--on-active=${afterMs}ms`,
    // By default a timer may be a minute late (systemd.timer(5)).
    '--timer-property=AccuracySec=100ms',
    '--',
    // The manager would replace $NAME by a variable (systemd.service(5), command lines).
    ...command.argv.map((word) => word.replaceAll('$', '$$$$')),
  ];
}
