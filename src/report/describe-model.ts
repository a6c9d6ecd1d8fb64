import { counted } from '../base/counted.ts';
import { formatDuration } from '../base/duration.ts';
import type { Backend, Model, Vip } from '../model/model.ts';

/** What an edge file means, for a person who just wrote it: who holds what, what answers, in a few lines. */
export function describeModel(file: string, model: Model): string {
  const lines = [
    `${file}: the edge "${model.name}" is right`,
    '',
    `${counted(model.balancers.length, 'balancer')}, adverts every ${formatDuration(model.advertMs)}:`,
    ...model.vips.map(vipLine),
    '',
    `${counted(model.nameservers.length, 'nameserver')} answer for ${model.zones.map((zone) => zone.name).join(', ')}:`,
    ...model.zones.flatMap((zone) =>
      zone.siteNames.map(
        (name) => `  ${absolute(name.name, zone.name)}  ${addressesOf(model, name.vips)}  TTL ${zone.ttl} s`,
      ),
    ),
    '',
    `${counted(model.sites.length, 'site')}:`,
    ...model.sites.map((site) => `  ${site.names.join(', ')} -> pool ${site.pool}`),
    ...model.pools.map(
      (pool) => `  pool ${pool.name}, ${pool.algorithm}: ${pool.backends.map(backendText).join(', ')}`,
    ),
    '',
    `clients ask ${model.resolvers.map((resolver) => resolver.text).join(' and ')}`,
  ];
  return `${lines.join('\n')}\n`;
}

function vipLine(vip: Vip): string {
  const [preferred, ...backups] = vip.claims.map((claim) => claim.balancer);
  const order = backups.length === 0 ? 'no backup' : `then ${backups.join(', ')}`;
  const addresses = [vip.ipv4, vip.ipv6].flatMap((address) => (address === undefined ? [] : [address.text]));
  return `  ${vip.name}  ${addresses.join(' and ')}  held by ${preferred ?? 'nobody'}, ${order}`;
}

function backendText(backend: Backend): string {
  const weight = backend.weight === 1 ? '' : ` weight ${backend.weight}`;
  const backup = backend.backup ? ' backup' : '';
  return `${backend.name} (${backend.address.text}:${backend.port}${weight}${backup})`;
}

function addressesOf(model: Model, vips: readonly string[]): string {
  const named = model.vips.filter((vip) => vips.includes(vip.name));
  return named.map((vip) => vip.ipv4.text).join(', ');
}

function absolute(name: string, zone: string): string {
  return name === '@' ? zone : `${name}.${zone}`;
}
