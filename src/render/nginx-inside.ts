import { networkContains, parseNetwork } from '../base/address.ts';
import type { Address, Network } from '../base/address.ts';
import { identityHeaders } from '../model/identity-headers.ts';
import { modelHosts } from '../model/model.ts';
import type { Balancer, Model } from '../model/model.ts';
import { vipAddresses } from '../model/vip-addresses.ts';
import { block, comment, directive, variable } from '../syntax/nginx.ts';
import type { NginxNode, NginxWord } from '../syntax/nginx.ts';

/** Header -> the variable that holds it for insiders and is empty for others; NGINX leaves an empty header out. */
const headerVariables: readonly (readonly [string, string])[] = [
  [identityHeaders.balancer, 'evenkeel_balancer'],
  [identityHeaders.backend, 'evenkeel_backend'],
  [identityHeaders.backendStatus, 'evenkeel_backend_status'],
  [identityHeaders.backendConnect, 'evenkeel_backend_connect'],
  [identityHeaders.backendHeader, 'evenkeel_backend_header'],
  [identityHeaders.request, 'evenkeel_request'],
];

/** `add_header` of each identity header. Every server that adds a header of its own repeats them: NGINX inherits all or none. */
export function addIdentityHeaders(): readonly NginxNode[] {
  return headerVariables.map(([header, name]) => directive('add_header', header, variable(name), 'always'));
}

/** `proxy_hide_header` of each: nobody behind us may speak in a balancer's name. */
export function hideIdentityHeaders(): readonly NginxNode[] {
  return headerVariables.map(([header]) => directive('proxy_hide_header', header));
}

/** Who is inside (see `insideEntries`), and what they are told: `geo` and `map` at the http level. */
export function insideMaps(model: Model, balancer: Balancer): readonly NginxNode[] {
  return [
    comment(
      'Who is told which balancer and backend answered, and is not counted by limit_conn: the edge and its private networks.',
    ),
    block('geo', [variable('evenkeel_inside')], [directive('default', '0'), ...insideEntries(model)]),
    insideMap('evenkeel_balancer', balancer.name),
    insideMap('evenkeel_backend', variable('upstream_addr')),
    insideMap('evenkeel_backend_status', variable('upstream_status')),
    insideMap('evenkeel_backend_connect', variable('upstream_connect_time')),
    insideMap('evenkeel_backend_header', variable('upstream_header_time')),
    insideMap('evenkeel_request', variable('request_id')),
    block(
      'map',
      [variable('evenkeel_inside'), variable('evenkeel_outsider')],
      [directive('default', variable('binary_remote_addr')), directive('1', '')],
    ),
  ];
}

function insideMap(name: string, value: NginxWord): NginxNode {
  return block('map', [variable('evenkeel_inside'), variable(name)], [directive('default', ''), directive('1', value)]);
}

/** RFC 1918, 6598, 3927; RFC 4193, 4291. */
const privateNetworks = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
].flatMap((text) => parseNetwork(text) ?? []);

/**
 * Inside are this computer, networks of private addresses, and, because a network of public addresses may hold
 * strangers, of those only the edge's own machines, VIPs and lab client. A gateway is outside: whoever comes through
 * one that masquerades has its address.
 */
function insideEntries(model: Model): readonly NginxNode[] {
  const networks = model.networks.flatMap((network) => [network.ipv4, network.ipv6]);
  const trusted = networks.flatMap((network) => (network !== undefined && isPrivate(network) ? [network] : []));
  const own: readonly Address[] = [
    ...modelHosts(model).flatMap((host) => host.addresses),
    ...vipAddresses(model).map((one) => one.address),
    ...model.lab.clientAddresses,
  ].filter((address) => !trusted.some((network) => networkContains(network, address)));
  const gateways = model.networks.flatMap((network) => network.gateways);
  const entries = new Map([
    ...['127.0.0.0/8', '::1', ...trusted.map((one) => one.text), ...own.map((one) => one.text)].map(inside),
    ...gateways.map((gateway): [string, '0' | '1'] => [gateway.text, '0']),
  ]);
  return [...entries].map(([key, value]) => directive(key, value));
}

function inside(key: string): [string, '0' | '1'] {
  return [key, '1'];
}

function isPrivate(network: Network): boolean {
  const base: Address = { family: network.family, text: network.base };
  return privateNetworks.some((known) => network.prefix >= known.prefix && networkContains(known, base));
}
