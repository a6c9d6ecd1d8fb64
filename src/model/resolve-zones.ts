import { isHostName, isWithin, relativeName } from '../base/dns-name.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';
import { suggestHostName } from '../spec/text-kinds.ts';
import type { Report } from './findings.ts';
import type { Site, Zone } from './model.ts';

const defaultTtl = 30;

/** The zones of the file in its order, each with the site names it answers for. */
export function resolveZones({ spec }: EdgeDocument, sites: readonly Site[], report: Report): readonly Zone[] {
  const seen = new Map<string, string>();
  const written = Object.entries(spec.zones ?? {}).filter(([name]) => {
    const lower = name.toLowerCase();
    const other = seen.get(lower);
    seen.set(lower, other ?? name);
    if (other !== undefined) {
      report({
        code: 'EK303',
        path: ['zones', name],
        part: 'key',
        message: `the zones \`${other}\` and \`${name}\` are the same: DNS knows no upper and lower case`,
        fix: 'move their records into one of them',
      });
    } else if (!isHostName(lower)) {
      report({
        code: 'EK601',
        path: ['zones', name],
        part: 'key',
        message: `\`${name}\` is no name of a zone`,
        fix: suggestHostName(name) ?? 'write a DNS name without final dot: `example.com`',
      });
      return false;
    }
    return other === undefined;
  });
  const placed = placeSiteNames(
    sites,
    written.map(([name]) => name.toLowerCase()),
  );
  reportOutside(sites, placed.outside, report);
  return written.map(([name, zone]) => {
    const lower = name.toLowerCase();
    return {
      name: lower,
      ttl: zone.ttl ?? defaultTtl,
      rname: readContact(name, zone.contact, report) ?? `hostmaster.${lower}`,
      siteNames: placed.byZone.get(lower) ?? [],
      records: zone.records ?? [],
    };
  });
}

/** The zone that answers for a name: of those that hold it, the longest. */
export function zoneOf(name: string, zones: ReadonlySet<string>): string | undefined {
  let rest = name;
  while (rest !== '') {
    if (zones.has(rest)) return rest;
    const dot = rest.indexOf('.');
    rest = dot === -1 ? '' : rest.slice(dot + 1);
  }
  return undefined;
}

interface PlacedNames {
  readonly byZone: ReadonlyMap<string, Zone['siteNames']>;
  readonly outside: readonly { readonly site: string; readonly name: string; readonly index: number }[];
}

function placeSiteNames(sites: readonly Site[], zones: readonly string[]): PlacedNames {
  const known = new Set(zones);
  const byZone = new Map<string, { readonly name: string; readonly vips: readonly string[] }[]>(
    zones.map((zone) => [zone, []]),
  );
  const outside: { readonly site: string; readonly name: string; readonly index: number }[] = [];
  for (const site of sites) {
    for (const [index, name] of site.names.entries()) {
      const zone = zoneOf(name, known);
      if (zone === undefined || !isWithin(name, zone)) outside.push({ site: site.name, name, index });
      else byZone.get(zone)?.push({ name: relativeName(name, zone), vips: site.vips });
    }
  }
  return { byZone, outside };
}

function reportOutside(sites: readonly Site[], outside: PlacedNames['outside'], report: Report): void {
  const [first] = outside;
  if (first === undefined) return;
  // One warning for all of them: DNS that somebody else serves is a choice, not ten thousand mistakes.
  const names = outside.slice(0, 3).map(({ name }) => `\`${name}\``);
  const more = outside.length > 3 ? ` and ${outside.length - 3} more` : '';
  const site = sites.find(({ name }) => name === first.site);
  const ownKey = site?.names.length === 1 && site.names[0] === site.name.toLowerCase();
  report({
    code: 'EK609',
    path: ownKey ? ['sites', first.site] : ['sites', first.site, 'names', first.index],
    part: ownKey ? 'key' : 'value',
    message: `no zone of this file answers for ${names.join(', ')}${more}`,
    fix: 'add the zone under `zones`, or have its DNS point the name at the VIPs',
  });
}

/** RFC 1035 section 8: the first dot-free label of RNAME is the local part; dots in it are escaped. */
function readContact(zone: string, contact: string | undefined, report: Report): string | undefined {
  if (contact === undefined) return undefined;
  const [local = '', domain = '', ...rest] = contact.split('@');
  const bare = domain.toLowerCase();
  if (rest.length === 0 && /^[A-Za-z0-9._+-]{1,63}$/.test(local) && isHostName(bare)) {
    return `${local.replaceAll('.', String.raw`\.`)}.${bare}`;
  }
  report({
    code: 'EK611',
    path: ['zones', zone, 'contact'],
    part: 'value',
    message: `\`${contact}\` is no mail address`,
    fix: `write for example \`hostmaster@${zone}\``,
  });
  return undefined;
}
