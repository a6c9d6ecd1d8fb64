import { isWithin } from '../base/dns-name.ts';
import type { Model } from './model.ts';

/** The domains the edge's own CA is confined to: the zone of each name, or the name itself where no zone holds it. */
export function caDomains(model: Model): readonly string[] {
  const zones = model.zones.map((zone) => zone.name);
  const domains = model.sites
    .filter((site) => site.tls.kind === 'internal')
    .flatMap((site) => site.names)
    .map((name) => name.replace(/^\*\./, ''))
    .map((name) => zones.find((zone) => isWithin(name, zone)) ?? name);
  return [...new Set(domains)].sort();
}
