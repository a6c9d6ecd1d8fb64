import type { Address } from '../base/address.ts';
import type { EdgeDocument, Path } from '../spec/edge-document.ts';
import type { Report } from './findings.ts';
import { healthRecordContent, maxHealthRecordOctets } from './health-record.ts';
import type { Vip, Zone } from './model.ts';
import { siteNamePlace } from './check-records.ts';

/** Reports names whose VIPs do not fit into one health-aware record; once for each set of VIPs. */
export function checkHealthRecords(
  { spec }: EdgeDocument,
  { zones, vips }: { readonly zones: readonly Zone[]; readonly vips: readonly Vip[] },
  report: Report,
): void {
  const seen = new Set<string>();
  for (const zone of zones) {
    for (const { name, vips: names } of zone.siteNames) {
      const key = names.join(' ');
      if (seen.has(key)) continue;
      seen.add(key);
      const chosen = vips.filter((vip) => names.includes(vip.name));
      const octets = Math.max(
        recordOctets(chosen.map(({ ipv4 }) => ipv4)),
        recordOctets(chosen.flatMap(({ ipv6 }) => (ipv6 === undefined ? [] : [ipv6]))),
      );
      if (octets <= maxHealthRecordOctets) continue;
      const full = name === '@' ? zone.name : `${name}.${zone.name}`;
      report({
        code: 'EK610',
        ...vipsPlace(spec, full),
        message: `the DNS record of \`${full}\` over ${chosen.length} VIPs has ${octets} octets; ${maxHealthRecordOctets} fit`,
        fix: 'list fewer VIPs under `vips` of the site, or choose shorter IPv6 addresses',
      });
    }
  }
}

function recordOctets(addresses: readonly Address[]): number {
  return addresses.length === 0 ? 0 : healthRecordContent(addresses.map(({ text }) => text)).length;
}

function vipsPlace(spec: EdgeDocument['spec'], name: string): { readonly path: Path; readonly part: 'key' | 'value' } {
  const place = siteNamePlace(spec, name);
  const [, site] = place.path;
  if (typeof site !== 'string' || spec.sites?.[site]?.vips === undefined) return place;
  return { path: ['sites', site, 'vips'], part: 'key' };
}
