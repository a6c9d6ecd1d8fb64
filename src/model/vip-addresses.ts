import type { Address } from '../base/address.ts';
import type { Model, Vip } from './model.ts';

/** One address of a VIP; a VIP with IPv6 has two of these. */
export interface VipAddress {
  readonly vip: Vip;
  readonly address: Address;
}

/** The addresses of a VIP as texts, IPv4 first. */
export function vipTexts(vip: Vip): readonly string[] {
  return [vip.ipv4.text, ...(vip.ipv6 === undefined ? [] : [vip.ipv6.text])];
}

/** Every address of every VIP: VIPs in the order of the file, IPv4 first. */
export function vipAddresses(model: Model): readonly VipAddress[] {
  return model.vips.flatMap((vip) =>
    [vip.ipv4, vip.ipv6].flatMap((address) => (address === undefined ? [] : [{ vip, address }])),
  );
}

/** A name that the nameservers must answer with addresses of VIPs. */
export interface DnsQuestion {
  /** Absolute, without final dot. For a wildcard, a name that it covers. */
  readonly name: string;
  readonly type: 'A' | 'AAAA';
  /** The addresses a healthy edge answers, in the order of the file. */
  readonly expected: readonly string[];
}

/** What to ask every nameserver: each site name of each zone, A, and AAAA where its VIPs have IPv6. */
export function dnsQuestions(model: Model): readonly DnsQuestion[] {
  return model.zones.flatMap((zone) =>
    zone.siteNames.flatMap((site) => {
      const vips = model.vips.filter((vip) => site.vips.includes(vip.name));
      const name = absoluteName(site.name, zone.name);
      const ipv6 = vips.flatMap((vip) => (vip.ipv6 === undefined ? [] : [vip.ipv6.text]));
      const ipv4: DnsQuestion = { name, type: 'A', expected: vips.map((vip) => vip.ipv4.text) };
      return ipv6.length === 0 ? [ipv4] : [ipv4, { name, type: 'AAAA' as const, expected: ipv6 }];
    }),
  );
}

/** A question as problems, alerts and turns name it: `devops.com A`. */
export function questionName({ name, type }: { readonly name: string; readonly type: string }): string {
  return `${name} ${type}`;
}

/** A name one can ask for: `*.example.com` becomes a name below it. */
export function concreteName(name: string): string {
  return name.startsWith('*.') ? `evenkeel-status${name.slice(1)}` : name;
}

function absoluteName(relative: string, zone: string): string {
  return relative === '@' ? zone : concreteName(`${relative}.${zone}`);
}
