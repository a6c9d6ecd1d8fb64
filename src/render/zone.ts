import type { Address } from '../base/address.ts';
import { defaultRecordTtl } from '../model/check-records.ts';
import { failoverSettings } from '../model/failover-settings.ts';
import { healthRecordContent } from '../model/health-record.ts';
import type { Model, Nameserver, Zone } from '../model/model.ts';
import { readZoneFields } from '../syntax/zone-read.ts';
import { printZone, splitText, text, word, type ZoneField, type ZoneRecord } from '../syntax/zone.ts';
import type { DesiredFile } from './desired-file.ts';
import { hostPaths, madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';

/** Seconds: SOA and NS. */
const authorityTtl = 3600;

/** A zone as a file, the same bytes on every nameserver. `serial` is its SOA serial. */
export function renderZone(model: Model, nameserver: Nameserver, zone: ZoneAndSerial): DesiredFile {
  const name = zone.zone.name;
  return desiredFile({
    host: nameserver.name,
    path: `${hostPaths.zones}/${name}.zone`,
    content: printZone({ origin: name, remarks: [madeBy], records: zoneRecords(model, zone) }),
    activates: 'zone',
    why: `the zone ${name}: its site names answer with the VIPs that are up`,
  });
}

/** A zone and the serial it is published with. */
export interface ZoneAndSerial {
  readonly zone: Zone;
  readonly serial: number;
}

/** Everything in the zone: authority, nameservers, VIPs by name, site names by health, the person's own records. */
export function zoneRecords(model: Model, { zone, serial }: ZoneAndSerial): readonly ZoneRecord[] {
  const records: readonly ZoneRecord[] = [
    soaRecord(model, zone, serial),
    ...model.nameservers.map((nameserver): ZoneRecord => ({
      name: '@',
      ttl: authorityTtl,
      type: 'NS',
      fields: [word(`${nameserver.name}.${zone.name}.`)],
    })),
    ...model.nameservers.flatMap((nameserver) => addressRecords(nameserver.name, authorityTtl, nameserver.addresses)),
    ...model.vips.flatMap((vip) =>
      addressRecords(vip.name, defaultRecordTtl, vip.ipv6 === undefined ? [vip.ipv4] : [vip.ipv4, vip.ipv6]),
    ),
    ...zone.siteNames.flatMap((site) => siteRecords(model, zone, site)),
    ...zone.records.map(ownRecord),
  ];
  return withoutRepeats(records);
}

/** RFC 1035 section 3.3.13. Refresh, retry and expire matter to nobody: there are no transfers. Minimum: RFC 2308. */
function soaRecord(model: Model, zone: Zone, serial: number): ZoneRecord {
  const [primary] = model.nameservers;
  if (primary === undefined) throw new Error('no nameserver');
  const words = [`${primary.name}.${zone.name}.`, `${zone.rname}.`, serial, 3600, 600, 1209600, 60];
  const [first = '', ...rest] = words;
  return { name: '@', ttl: authorityTtl, type: 'SOA', fields: [word(first), ...rest.map(word)] };
}

function addressRecords(name: string, ttl: number, addresses: readonly Address[]): readonly ZoneRecord[] {
  return addresses.map((address) => ({
    name,
    ttl,
    type: address.family === 4 ? 'A' : 'AAAA',
    fields: [word(address.text)],
  }));
}

/** The site's VIPs by the kind of health they are handed out by. */
function siteRecords(model: Model, zone: Zone, site: Zone['siteNames'][number]): readonly ZoneRecord[] {
  switch (failoverSettings(model).dns.kind) {
    case 'checked':
      return healthRecords(model, zone, site);
    case 'static': {
      const vips = model.vips.filter((vip) => site.vips.includes(vip.name));
      const addresses = vips.flatMap((vip) => (vip.ipv6 === undefined ? [vip.ipv4] : [vip.ipv4, vip.ipv6]));
      return addressRecords(site.name, zone.ttl, addresses);
    }
  }
}

/** A and, when the site's VIPs have IPv6, AAAA: as one string each, for PowerDNS joins two with a blank. */
function healthRecords(model: Model, zone: Zone, site: Zone['siteNames'][number]): readonly ZoneRecord[] {
  const vips = model.vips.filter((vip) => site.vips.includes(vip.name));
  const families: readonly (readonly [string, readonly string[]])[] = [
    ['A', vips.map((vip) => vip.ipv4.text)],
    ['AAAA', vips.flatMap((vip) => (vip.ipv6 === undefined ? [] : [vip.ipv6.text]))],
  ];
  return families
    .filter(([, addresses]) => addresses.length > 0)
    .map(([type, addresses]) => ({
      name: site.name,
      ttl: zone.ttl,
      type: 'LUA',
      fields: [word(type), text(healthRecordContent(addresses))],
    }));
}

function ownRecord(record: Zone['records'][number]): ZoneRecord {
  return { name: record.name, ttl: record.ttl ?? defaultRecordTtl, type: record.type, fields: ownFields(record) };
}

/** The value in the fields of a master file. `spec` has checked it: names end in a dot or belong to the zone. */
function ownFields(record: Zone['records'][number]): readonly [ZoneField, ...ZoneField[]] {
  if (record.type === 'TXT') return splitText(record.value);
  const [first, ...rest] = readZoneFields(record.value);
  if (first === undefined) throw new Error(`${record.name} ${record.type} has no value`);
  return [first, ...rest];
}

/** The same record twice is an error to check-zone; a person may well write down what is derived anyway. */
function withoutRepeats(records: readonly ZoneRecord[]): readonly ZoneRecord[] {
  const seen = new Set<string>();
  return records.filter((record) => {
    const key = JSON.stringify([record.name.toLowerCase(), record.type, record.fields]);
    return !seen.has(key) && seen.add(key);
  });
}
