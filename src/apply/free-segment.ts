import { Fault } from '../base/fault.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import type { SegmentSight } from '../facts/segment-sight.ts';
import type { Host } from '../hosts/host.ts';
import type { Balancer, Model, Vip } from '../model/model.ts';
import { vipTexts } from '../model/vip-addresses.ts';
import { lookAtSegment } from '../observe/look-at-segment.ts';
import { ipv4Of, vipsOf } from '../model/balancer-peers.ts';

/**
 * Refuses to bring an edge to a network where another machine holds one of its VIPs, or speaks VRRP with a number of its VIPs. Asked on
 * balancers that evenkeel has never touched; later their agents watch. The balancers themselves may do both: an older pair is taken over.
 * Throws Faults `address-taken` and `vrid-taken`.
 */
export async function assertFreeSegment(
  model: Model,
  facts: readonly HostFacts[],
  hosts: ReadonlyMap<string, Host>,
): Promise<void> {
  const own = model.balancers.flatMap(({ name }) => facts.filter((one) => one.host === name));
  const untouched = new Set(own.filter(({ manifest }) => manifest === undefined).map(({ host }) => host));
  const sights = await Promise.all(
    model.balancers.flatMap((balancer) => {
      const host = hosts.get(balancer.name);
      const vips = vipsOf(model, balancer).map(({ vip }) => vip);
      if (host === undefined || !untouched.has(balancer.name) || vips.length === 0) return [];
      return [viewOf(host, balancer, vips)];
    }),
  );
  for (const view of sights) {
    assertFreeAddresses(view, own);
    assertFreeNumbers(view, own);
  }
}

interface View {
  readonly balancer: string;
  readonly vips: readonly Vip[];
  readonly sight: SegmentSight;
}

async function viewOf(host: Host, balancer: Balancer, vips: readonly Vip[]): Promise<View> {
  const segment = { interface: balancer.interface, own: ipv4Of(balancer).text, vips: vips.flatMap(vipTexts) };
  return { balancer: balancer.name, vips, sight: await lookAtSegment(host, segment) };
}

function assertFreeAddresses({ balancer, vips, sight }: View, own: readonly HostFacts[]): void {
  const macs = new Set(own.flatMap(({ interfaces }) => interfaces.map(({ mac }) => mac.toLowerCase())));
  for (const vip of vips) {
    const texts = vipTexts(vip);
    const taken = sight.neighbours.find(
      ({ address, mac, state }) => texts.includes(address) && state !== 'FAILED' && !macs.has(mac),
    );
    if (taken === undefined) continue;
    throw new Fault({
      code: 'address-taken',
      message: `${taken.address}, the address of ${vip.name}, belongs to another machine already: ${taken.mac} answers for it, as ${balancer} sees`,
      host: balancer,
      state: 'nothing was changed',
      next: `take ${taken.address} away from the machine with that MAC, or give ${vip.name} another address`,
    });
  }
}

function assertFreeNumbers({ balancer, vips, sight }: View, own: readonly HostFacts[]): void {
  const addresses = new Set(
    own.flatMap(({ interfaces }) => interfaces.flatMap((link) => link.addresses.map(({ address }) => address))),
  );
  for (const vip of vips) {
    const speaker = sight.speakers.find(({ address, vrid }) => vrid === vip.vrid && !addresses.has(address));
    if (speaker === undefined) continue;
    throw new Fault({
      code: 'vrid-taken',
      message: `${speaker.address} speaks VRRP with the number (VRID) ${vip.vrid} of ${vip.name}, as ${balancer} hears, and is no balancer of this edge`,
      host: balancer,
      state: 'nothing was changed',
      next: `give ${vip.name} another vrid in the edge file, or ${speaker.address} another number`,
    });
  }
}
