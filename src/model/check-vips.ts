import { networkBase } from '../base/address.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';
import { maxBalancers } from './deal-priorities.ts';
import type { Report } from './findings.ts';
import { namesOfRole } from './host-names.ts';
import type { ModelHost, Vip } from './model.ts';

/** What VIPs and balancers must be to each other: enough of each, in one segment, with VRIDs of their own. */
export function checkVips(
  document: EdgeDocument,
  { vips, hosts }: { readonly vips: readonly Vip[]; readonly hosts: readonly ModelHost[] },
  report: Report,
): void {
  checkNumbers(document, report);
  checkVrids(document, vips, report);
  checkSegment(vips, hosts, report);
  checkPrefix(vips, report);
  checkShares(document, { vips, hosts }, report);
}

/** All VIPs at home on one balancer, because the file says so: the others wait. */
function checkShares(
  { spec }: EdgeDocument,
  { vips, hosts }: { readonly vips: readonly Vip[]; readonly hosts: readonly ModelHost[] },
  report: Report,
): void {
  const [first, ...others] = vips;
  const last = others.at(-1);
  if (first === undefined || last === undefined || hosts.filter(({ kind }) => kind === 'balancer').length < 2) return;
  if (others.some(({ preferred }) => preferred !== first.preferred)) return;
  if (spec.vips[last.name]?.preferred === undefined) return;
  report({
    code: 'EK425',
    path: ['vips', last.name, 'preferred'],
    part: 'value',
    message: `all ${vips.length} VIPs prefer \`${first.preferred}\`: it carries everything, and the others wait`,
    fix: 'prefer another balancer for some of them, or leave `preferred` out: VIPs are then dealt in turn',
  });
}

function checkNumbers({ spec }: EdgeDocument, report: Report): void {
  const allowed = spec.allow ?? [];
  const balancers = namesOfRole(spec, 'balancer');
  const nameservers = namesOfRole(spec, 'nameserver');
  const vips = Object.keys(spec.vips);
  if (balancers.length < (allowed.includes('single-balancer') ? 1 : 2)) {
    report({
      code: 'EK413',
      path: ['hosts'],
      part: 'key',
      message: `${counted(balancers.length, 'balancer')}: nothing can take over when it dies`,
      fix:
        balancers.length === 0
          ? 'add hosts with `role: balancer`, two for an edge that survives one'
          : 'add a host with `role: balancer`, or say `allow: [single-balancer]`',
    });
  }
  if (nameservers.length < (allowed.includes('single-nameserver') ? 1 : 2)) {
    report({
      code: 'EK414',
      path: ['hosts'],
      part: 'key',
      message: `${counted(nameservers.length, 'nameserver')}: no name can be resolved when it dies`,
      fix:
        nameservers.length === 0
          ? 'add hosts with `role: nameserver`, two for an edge that survives one'
          : 'add a host with `role: nameserver`, or say `allow: [single-nameserver]`',
    });
  }
  if (balancers.length > maxBalancers) {
    report({
      code: 'EK416',
      path: ['hosts', balancers[maxBalancers] ?? ''],
      part: 'key',
      message: `${balancers.length} balancers; at most ${maxBalancers} are supported`,
      fix: 'split the edge into several, each with its own file',
    });
  }
  if (vips.length === 0) {
    report({
      code: 'EK202',
      path: ['vips'],
      part: 'key',
      message: 'there is no VIP',
      fix: 'add one for each balancer, for example `vip1: { address: 192.168.10.100 }`',
    });
  }
  if (vips.length === 1 && balancers.length > 1) {
    report({
      code: 'EK415',
      path: ['vips'],
      part: 'key',
      message: `one VIP for ${balancers.length} balancers: one of them works, the others wait`,
      fix: 'add a VIP for each balancer, so that all of them share the work',
    });
  }
}

function checkVrids({ spec }: EdgeDocument, vips: readonly Vip[], report: Report): void {
  const seen = new Map<string, string>();
  for (const [name, { vrid }] of Object.entries(spec.vips)) {
    // Networks are segments of their own. A VIP without a network has its own finding.
    const network = vips.find((vip) => vip.name === name)?.network ?? '';
    if (vrid === undefined) continue;
    const other = seen.get(`${network} ${vrid}`);
    seen.set(`${network} ${vrid}`, other ?? name);
    if (other === undefined) continue;
    report({
      code: 'EK412',
      path: ['vips', name, 'vrid'],
      part: 'value',
      message: `the VIPs \`${other}\` and \`${name}\` have the same VRID ${vrid}`,
      fix: 'give one of them another VRID, or leave `vrid` out: free ones are dealt',
    });
  }
}

function checkSegment(vips: readonly Vip[], hosts: readonly ModelHost[], report: Report): void {
  const balancers = hosts.filter(({ kind }) => kind === 'balancer');
  const [home] = balancers;
  for (const vip of vips) {
    if (home === undefined || vip.network === home.network) continue;
    report({
      code: 'EK407',
      path: ['vips', vip.name, 'address'],
      part: 'value',
      message: `the VIP \`${vip.name}\` is in the network \`${vip.network}\`, but the balancer \`${home.name}\` is in \`${home.network}\``,
      fix: `write a free address of the network \`${home.network}\``,
    });
  }
  for (const balancer of balancers) {
    if (home !== undefined && balancer.network !== home.network) {
      report({
        code: 'EK408',
        path: ['hosts', balancer.name, 'address'],
        part: 'value',
        message: `the balancer \`${balancer.name}\` is in the network \`${balancer.network}\`, but \`${home.name}\` is in \`${home.network}\``,
        fix: 'put all balancers into one network: every balancer must be able to hold every VIP',
      });
    }
    if (!balancer.addresses.some(({ family }) => family === 4)) {
      report({
        code: 'EK418',
        path: ['hosts', balancer.name, 'address'],
        part: 'value',
        message: `the balancer \`${balancer.name}\` has no IPv4 address`,
        fix: 'add one beside the IPv6 address: `[192.168.10.11, fd00:10::11]`',
      });
    }
    const dual = vips.find(({ ipv6 }) => ipv6 !== undefined);
    if (dual !== undefined && !balancer.addresses.some(({ family }) => family === 6)) {
      report({
        code: 'EK419',
        path: ['hosts', balancer.name, 'address'],
        part: 'value',
        message: `the VIP \`${dual.name}\` has an IPv6 address, but the balancer \`${balancer.name}\` has none`,
        fix: 'give every balancer an IPv6 address of that network',
      });
    }
  }
}

function checkPrefix(vips: readonly Vip[], report: Report): void {
  const first = vips.find(({ ipv6 }) => ipv6 !== undefined);
  if (first?.ipv6 === undefined) return;
  const base = networkBase(first.ipv6, 64);
  for (const { name, ipv6 } of vips) {
    if (ipv6 === undefined || networkBase(ipv6, 64) === base) continue;
    report({
      code: 'EK411',
      path: ['vips', name, 'address'],
      part: 'value',
      message: `the IPv6 addresses of the VIPs \`${first.name}\` and \`${name}\` are in different /64 networks`,
      fix: `choose an address in ${base}/64`,
    });
  }
}

function counted(count: number, noun: string): string {
  return count === 0 ? `no ${noun}` : `only one ${noun}`;
}
