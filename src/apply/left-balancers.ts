import { Fault } from '../base/fault.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import { vrrpPeers } from '../facts/vrrp-peers.ts';
import type { Host } from '../hosts/host.ts';
import { managedHosts } from '../model/model.ts';
import type { Model } from '../model/model.ts';

/** Milliseconds for one look at a machine that may be gone. */
const probeMs = 3000;

/**
 * Refuses to drop a balancer that still works. Those that stay would no longer hear it, and it not them: it would take
 * every VIP as well. A machine that left the edge file can't be logged in to, but its old peers know its address and see
 * whether its NGINX answers; without NGINX its keepalived claims nothing. Throws a Fault `balancer-left`.
 */
export async function assertNobodyLeft(
  model: Model,
  facts: readonly HostFacts[],
  hosts: ReadonlyMap<string, Host>,
): Promise<void> {
  // An address that moved to another machine of the edge, or is a second one of a machine, did not leave.
  const known = new Set([
    ...managedHosts(model).flatMap((machine) => machine.addresses.map((address) => address.text)),
    ...facts.flatMap((one) => one.interfaces.flatMap((link) => link.addresses.map(({ address }) => address))),
  ]);
  const seenBy = new Map<string, string>();
  for (const one of facts) {
    if (one.manifest?.edge !== model.name) continue;
    for (const peer of vrrpPeers(one)) if (!known.has(peer)) seenBy.set(peer, one.host);
  }
  const working = await Promise.all(
    [...seenBy].map(async ([address, observer]) => ((await answers(hosts.get(observer), address)) ? [address] : [])),
  );
  const left = working.flat().sort();
  if (left.length === 0) return;
  throw new Fault({
    code: 'balancer-left',
    message: `${left.join(' and ')} is no longer a balancer in the edge file, and still works as one: it would take every VIP, too`,
    state: 'nothing was changed',
    next: `on ${left.join(' and ')}: systemctl disable --now keepalived nginx; then try again`,
  });
}

/** Whether NGINX answers there. It refuses names it does not know by closing: 52, 56 (curl(1), exit codes). */
async function answers(observer: Host | undefined, address: string): Promise<boolean> {
  const at = address.includes(':') ? `[${address}]` : address;
  const argv = ['curl', '-s', '-o', '/dev/null', '--max-time', String(probeMs / 1000), `http://${at}/`] as const;
  const outcome = await observer?.run({ argv, timeoutMs: probeMs * 2 });
  return outcome !== undefined && [0, 52, 56].includes(outcome.exitCode);
}
