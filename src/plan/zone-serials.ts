import type { HostFacts } from '../facts/host-facts.ts';
import { zoneSerial } from '../facts/zone-serial.ts';
import type { DesiredHost } from '../render/desired-file.ts';

/** What the choice of serials depends on. */
export interface SerialInput {
  /** Zone names. */
  readonly zones: readonly string[];
  /** Renders all hosts with these serials. */
  readonly render: (serials: ReadonlyMap<string, number>) => readonly DesiredHost[];
  /** Facts with the state of the zone files. */
  readonly facts: readonly HostFacts[];
  /** Today, for the form YYYYMMDDnn. */
  readonly now: Date;
}

/**
 * The SOA serial of each zone: the one that is published while nothing else in the zone changes on any nameserver, else
 * a higher one in the form YYYYMMDDnn (RFC 1912 2.2), so that a plan right after an apply is empty. One serial per zone
 * on all nameservers.
 */
export function chooseSerials(input: SerialInput): ReadonlyMap<string, number> {
  const serials = new Map<string, number>();
  for (const zone of input.zones) {
    const published = publishedSerial(zone, input);
    const kept = Math.max(0, ...published.values());
    const same =
      kept > 0 &&
      [...zoneFiles(zone, kept, input)].every(([host, file]) => {
        const hash = foundHash(input.facts, host, file.path);
        return hash === undefined || hash === file.hash;
      });
    serials.set(zone, same ? kept : Math.max(kept + 1, firstOfDay(input.now)));
  }
  return serials;
}

function publishedSerial(zone: string, input: SerialInput): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [host, file] of zoneFiles(zone, 1, input)) {
    const state = input.facts.find((facts) => facts.host === host)?.files.get(file.path);
    const serial = state?.kind === 'file' ? zoneSerial(new TextDecoder().decode(state.bytes)) : undefined;
    if (serial !== undefined) found.set(host, serial);
  }
  return found;
}

/** Host -> the file of this zone, rendered with this serial: the one whose text follows the serial. */
function zoneFiles(
  zone: string,
  serial: number,
  input: SerialInput,
): ReadonlyMap<string, { readonly path: string; readonly hash: string }> {
  const all = (value: number): readonly DesiredHost[] =>
    input.render(new Map(input.zones.map((name) => [name, name === zone ? value : 1])));
  const other = new Set(
    all(serial + 1).flatMap((host) => host.files.map((file) => `${host.host} ${file.path} ${file.hash}`)),
  );
  return new Map(
    all(serial).flatMap((host) =>
      host.files
        .filter((file) => file.activates === 'zone' && !other.has(`${host.host} ${file.path} ${file.hash}`))
        .map((file) => [host.host, { path: file.path, hash: file.hash }] as const),
    ),
  );
}

function foundHash(facts: readonly HostFacts[], host: string, path: string): string | undefined {
  const state = facts.find((one) => one.host === host)?.files.get(path);
  return state?.kind === 'file' ? state.hash : undefined;
}

function firstOfDay(now: Date): number {
  return Number(`${now.toISOString().slice(0, 10).replaceAll('-', '')}01`);
}
