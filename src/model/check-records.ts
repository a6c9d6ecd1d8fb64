import { parseAddress } from '../base/address.ts';
import type { EdgeDocument, Path } from '../spec/edge-document.ts';
import type { RecordSpec } from '../spec/spec.ts';
import type { Report } from './findings.ts';
import type { ModelHost, Vip, Zone } from './model.ts';
import { checkRecordValue, isOwnerName, recordTarget, relativeOwner } from './record-value.ts';

/** TTL of records that say none, in seconds. */
export const defaultRecordTtl = 300;

interface Edge {
  readonly hosts: readonly ModelHost[];
  readonly vips: readonly Vip[];
  readonly zones: readonly Zone[];
}

/** Checks what people added to zones: syntax, collisions with derived records, and that nothing points at a machine. */
export function checkRecords({ spec }: EdgeDocument, edge: Edge, report: Report): void {
  for (const [key, written] of Object.entries(spec.zones ?? {})) {
    const zone = edge.zones.find(({ name }) => name === key.toLowerCase());
    if (zone === undefined) continue;
    const made = derivedNames(zone, edge);
    reportDerivedClash({ spec, zone, edge }, report);
    const records = (written.records ?? []).map((record, index) => ({
      record,
      path: ['zones', key, 'records', index],
    }));
    for (const { record, path } of records) checkRecord({ record, path, zone, made, edge }, report);
    checkSets(records, zone, report);
  }
}

/** Names in a zone whose addresses evenkeel makes itself, with what they are. */
function derivedNames(zone: Zone, { hosts, vips }: Edge): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { name } of zone.siteNames) names.set(name, 'a site name');
  for (const { name } of vips) names.set(name, 'a VIP');
  for (const { name, kind } of hosts) if (kind === 'nameserver') names.set(name, 'a nameserver');
  return names;
}

interface PlacedRecord {
  readonly record: RecordSpec;
  readonly path: Path;
}

interface RecordContext extends PlacedRecord {
  readonly zone: Zone;
  readonly made: ReadonlyMap<string, string>;
  readonly edge: Edge;
}

function checkRecord(context: RecordContext, report: Report): void {
  const { record, path, zone, made } = context;
  const name = record.name.toLowerCase();
  const full = relativeOwner(record.name, zone.name);
  if (!isOwnerName(name) || full !== undefined) {
    report({
      code: 'EK602',
      path: [...path, 'name'],
      part: 'value',
      message:
        full === undefined
          ? `\`${record.name}\` is no name for a record`
          : `\`${record.name}\` is written in full; names are relative to the zone \`${zone.name}\``,
      fix: full === undefined ? 'write a name relative to the zone, or `@` for the zone itself' : `write \`${full}\``,
    });
    return;
  }
  const wrong = checkRecordValue(record);
  if (wrong !== undefined) report({ code: 'EK603', path: [...path, 'value'], part: 'value', ...wrong });
  const addresses = record.type === 'A' || record.type === 'AAAA' || record.type === 'CNAME';
  const derived = made.get(name);
  if (addresses && derived !== undefined) {
    report({
      code: 'EK605',
      path: [...path, 'name'],
      part: 'value',
      message: `\`${record.name}\` is ${derived}; evenkeel makes its ${record.type === 'CNAME' ? 'records' : `${record.type} record`} itself`,
      fix: 'remove this record, or choose another name',
    });
  } else if (name === '@' && (record.type === 'NS' || record.type === 'CNAME')) {
    report({
      code: record.type === 'NS' ? 'EK605' : 'EK604',
      path: [...path, 'type'],
      part: 'value',
      message:
        record.type === 'NS'
          ? `the NS records of \`${zone.name}\` are the nameservers of this file`
          : `\`${zone.name}\` itself cannot be a CNAME: it has SOA and NS records`,
      fix: record.type === 'NS' ? 'remove this record' : 'make it a site name, or write an A record',
    });
  }
  if (record.type === 'NS' && name !== '@') checkDelegation(context, report);
  if (wrong === undefined) checkAim(context, report);
}

/** A delegation hides what the zone has at its name and below: clients are sent to the other nameserver. */
function checkDelegation({ record, path, zone, made }: RecordContext, report: Report): void {
  const name = record.name.toLowerCase();
  const hidden = [...made].find(([one]) => one === name || one.endsWith(`.${name}`));
  if (hidden === undefined) return;
  report({
    code: 'EK612',
    path: [...path, 'name'],
    part: 'value',
    message: `an NS record at \`${record.name}\` hides \`${hidden[0]}.${zone.name}\`, which is ${hidden[1]}: clients are sent to \`${record.value}\``,
    fix: 'remove this record, or choose another name',
  });
}

/** A name of a service never points at a machine, only at VIPs or outside; a machine's own name may. */
function checkAim({ record, path, zone, edge }: RecordContext, report: Report): void {
  const owner = record.name.toLowerCase();
  const address = record.type === 'A' || record.type === 'AAAA' ? parseAddress(record.value) : undefined;
  const target = record.type === 'CNAME' ? recordTarget(record, zone.name) : undefined;
  const host = edge.hosts.find(({ name, addresses }) =>
    address === undefined ? target === name : addresses.some(({ text }) => text === address.text),
  );
  if (host === undefined || host.name === owner) return;
  const { kind } = host;
  report({
    code: 'EK606',
    path: [...path, 'value'],
    part: 'value',
    message: `\`${record.name}\` points at the ${kind === 'web' ? 'web server' : kind} \`${host.name}\`; it is lost when that machine dies`,
    fix: `list the name in a site, so that it points at the VIPs${edge.vips.length === 0 ? '' : ` (${edge.vips.map((vip) => vip.name).join(', ')})`}, or name the record \`${host.name}\``,
  });
}

function checkSets(records: readonly PlacedRecord[], zone: Zone, report: Report): void {
  const byName = new Map<string, PlacedRecord[]>();
  for (const placed of records) {
    const name = placed.record.name.toLowerCase();
    byName.set(name, [...(byName.get(name) ?? []), placed]);
  }
  for (const group of byName.values()) {
    const [first] = group;
    const cname = group.find(({ record }) => record.type === 'CNAME');
    if (
      cname !== undefined &&
      group.length > 1 &&
      group.some(({ record }) => record.type !== 'CNAME' || record.value !== cname.record.value)
    ) {
      report({
        code: 'EK604',
        path: [...cname.path, 'type'],
        part: 'value',
        message: `\`${first?.record.name}\` in \`${zone.name}\` has a CNAME and other records`,
        fix: 'a name with a CNAME has nothing else: remove the CNAME or the others',
      });
    }
    checkGroup(group, report);
  }
}

function checkGroup(group: readonly PlacedRecord[], report: Report): void {
  const seen = new Map<string, RecordSpec>();
  for (const { record, path } of group) {
    const same = `${record.type} ${record.value}`;
    const first = seen.get(record.type) ?? record;
    seen.set(record.type, first);
    if (seen.has(same)) {
      report({
        code: 'EK607',
        path,
        part: 'value',
        message: `this ${record.type} record of \`${record.name}\` stands twice`,
        fix: 'remove one of them',
      });
    } else if ((first.ttl ?? defaultRecordTtl) !== (record.ttl ?? defaultRecordTtl)) {
      report({
        code: 'EK608',
        path: record.ttl === undefined ? path : [...path, 'ttl'],
        part: 'value',
        message: `the ${record.type} records of \`${record.name}\` have different TTLs: ${first.ttl ?? defaultRecordTtl} and ${record.ttl ?? defaultRecordTtl}`,
        fix: 'give all of them the same `ttl`',
      });
    }
    seen.set(same, record);
  }
}

/** Reports site names that are also the name of a VIP or nameserver in their zone: both would have addresses. */
function reportDerivedClash(
  { spec, zone, edge }: { readonly spec: EdgeDocument['spec']; readonly zone: Zone; readonly edge: Edge },
  report: Report,
): void {
  const machines = new Map<string, string>();
  for (const { name } of edge.vips) machines.set(name, 'VIP');
  for (const { name, kind } of edge.hosts) if (kind === 'nameserver') machines.set(name, 'nameserver');
  for (const { name } of zone.siteNames) {
    const noun = machines.get(name);
    if (noun === undefined) continue;
    const full = `${name}.${zone.name}`;
    report({
      code: 'EK605',
      ...siteNamePlace(spec, full),
      message: `the site name \`${full}\` is also the name of the ${noun} \`${name}\` in that zone`,
      fix: `rename the ${noun}, or choose another site name`,
    });
  }
}

/** Where a host name of a site stands: in its list of names, or as the site's key. */
export function siteNamePlace(
  spec: EdgeDocument['spec'],
  name: string,
): { readonly path: Path; readonly part: 'key' | 'value' } {
  for (const [site, { names }] of Object.entries(spec.sites ?? {})) {
    if (names === undefined && site.toLowerCase() === name) return { path: ['sites', site], part: 'key' };
    const index = names?.findIndex((text) => text.toLowerCase() === name) ?? -1;
    if (index !== -1) return { path: ['sites', site, 'names', index], part: 'value' };
  }
  return { path: ['sites'], part: 'key' };
}
