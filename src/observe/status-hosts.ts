import type { HostAnswer } from '../facts/status-facts.ts';
import { parseInterfaces } from '../facts/interfaces.ts';
import { saysOut } from '../facts/tracked-file.ts';
import { parseVrrpLog } from '../facts/status-vrrp-log.ts';
import { parseUnits, unitProperties } from '../facts/units.ts';
import type { Host } from '../hosts/host.ts';
import type { ModelHost } from '../model/model.ts';
import { stateFiles } from '../model/state-files.ts';
import { ask, printed } from './status-ask.ts';
import type { Asked } from './status-ask.ts';

/** The units whose state counts, by role. */
export const statusUnits: Readonly<Record<ModelHost['kind'], readonly [string, ...string[]]>> = {
  balancer: ['nginx.service', 'keepalived.service'],
  nameserver: ['pdns.service'],
  web: ['nginx.service'],
};

/** Asks one machine about its units and addresses; a balancer also what keepalived said last. */
export async function askMachine(machine: ModelHost, host: Host): Promise<HostAnswer> {
  const units = statusUnits[machine.kind];
  const [unitAnswer, linkAnswer, logAnswer, drainAnswer, hangAnswer, settlingAnswer] = await Promise.all([
    ask(host, { argv: ['systemctl', 'show', '-p', unitProperties, ...units] }),
    ask(host, { argv: ['ip', '-j', 'addr', 'show'] }),
    machine.kind === 'balancer' ? ask(host, { argv: vrrpLogCommand }) : undefined,
    machine.kind === 'balancer' ? ask(host, { argv: ['cat', stateFiles.drain] }) : undefined,
    machine.kind === 'balancer' ? ask(host, { argv: ['cat', stateFiles.nginxAnswers] }) : undefined,
    machine.kind === 'balancer' ? ask(host, { argv: ['cat', stateFiles.settling] }) : undefined,
  ]);
  if (unitAnswer.kind === 'silent') return silentHost(machine, unitAnswer.reason);
  const links = parseInterfaces(printed(linkAnswer)).filter((link) => link.name !== 'lo');
  return {
    host: machine.name,
    role: machine.kind,
    reachable: true,
    reason: '',
    units: [...parseUnits(unitAnswer.outcome.stdout, units).values()],
    addresses: links.flatMap((link) => link.addresses.map((entry) => entry.address)),
    macs: links.map((link) => link.mac.toLowerCase()).filter((mac) => mac !== ''),
    vrrp: logAnswer === undefined ? [] : parseVrrpLog(printed(logAnswer)),
    drained: isSet(drainAnswer),
    nginxHangs: isSet(hangAnswer),
    settles: isSet(settlingAnswer),
    claims: [],
    drainedBackends: [],
    tables: undefined,
    agent: undefined,
  };
}

function isSet(answer: Asked | undefined): boolean {
  return answer !== undefined && saysOut(printed(answer));
}

/** A machine that could not be asked. */
export function silentHost(machine: ModelHost, reason: string): HostAnswer {
  return {
    host: machine.name,
    role: machine.kind,
    reachable: false,
    reason,
    units: [],
    addresses: [],
    macs: [],
    vrrp: [],
    drained: false,
    nginxHangs: false,
    settles: false,
    claims: [],
    drainedBackends: [],
    tables: undefined,
    agent: undefined,
  };
}

const vrrpLogCommand = [
  'journalctl',
  '--unit=keepalived.service',
  '--boot',
  '--output=short-unix',
  '--no-pager',
  '--quiet',
  '--lines=400',
] as const;
