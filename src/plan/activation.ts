import { agentUnit } from '../model/agent-paths.ts';
import { firewallUnit, handoverUnit } from '../model/own-tables.ts';
import type { Activation } from '../render/desired-file.ts';
import type { Check } from './plan.ts';

/** The unit a change of its configuration, or of its drop-in, concerns; and who checks the file beforehand. */
interface Concern {
  readonly unit: string | undefined;
  readonly touches: 'configuration' | 'drop-in' | 'nothing';
  readonly check: Check | undefined;
}

const concerns: Readonly<Record<Activation, Concern>> = {
  nginx: { unit: 'nginx.service', touches: 'configuration', check: 'nginx' },
  keepalived: { unit: 'keepalived.service', touches: 'configuration', check: 'keepalived' },
  powerdns: { unit: 'pdns.service', touches: 'configuration', check: 'powerdns' },
  nftables: { unit: firewallUnit, touches: 'configuration', check: 'nftables' },
  'systemd-nginx': { unit: 'nginx.service', touches: 'drop-in', check: 'systemd' },
  'systemd-keepalived': { unit: 'keepalived.service', touches: 'drop-in', check: 'systemd' },
  'systemd-powerdns': { unit: 'pdns.service', touches: 'drop-in', check: 'systemd' },
  'systemd-nftables': { unit: firewallUnit, touches: 'drop-in', check: 'systemd' },
  handover: { unit: handoverUnit, touches: 'configuration', check: 'nftables' },
  'systemd-handover': { unit: handoverUnit, touches: 'drop-in', check: 'systemd' },
  agent: { unit: agentUnit, touches: 'configuration', check: undefined },
  'systemd-agent': { unit: agentUnit, touches: 'drop-in', check: 'systemd' },
  sysctl: { unit: undefined, touches: 'nothing', check: undefined },
  tmpfiles: { unit: undefined, touches: 'nothing', check: undefined },
  zone: { unit: undefined, touches: 'nothing', check: undefined },
  none: { unit: undefined, touches: 'nothing', check: undefined },
};

/** What an activation is about. */
export function concernOf(activation: Activation): Concern {
  return concerns[activation];
}

/** Whether a text from a manifest names an activation this version knows. */
export function isActivation(text: string): text is Activation {
  return Object.hasOwn(concerns, text);
}
