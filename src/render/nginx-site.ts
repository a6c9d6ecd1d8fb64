import { formatDuration } from '../base/duration.ts';
import { otherSites } from '../model/metric-limits.ts';
import type { Pool, Site } from '../model/model.ts';
import { block, comment, directive, joined, variable } from '../syntax/nginx.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import type { NginxFeatures } from './nginx-features.ts';
import { addIdentityHeaders } from './nginx-inside.ts';
import { plainListens, siteAddresses, tlsListens } from './nginx-listen.ts';
import type { ListenAddresses } from './nginx-listen.ts';
import { luaDone } from './nginx-lua.ts';
import { poolHeaders, poolTarget } from './nginx-pool.ts';
import { siteCertificate } from './nginx-tls.ts';

/** What the servers of every site share; computed once. */
export interface SiteSetting {
  readonly features: NginxFeatures;
  readonly addresses: ListenAddresses;
  readonly pools: ReadonlyMap<string, Pool>;
  /** Sites and pools that are counted by their names. */
  readonly countedSites: ReadonlySet<string>;
  readonly countedPools: ReadonlySet<string>;
}

/** The two servers of a site: HTTPS, and HTTP which redirects or, when the site says so, is proxied too. */
export function siteNodes(setting: SiteSetting, site: Site): readonly NginxNode[] {
  const pool = setting.pools.get(site.pool);
  if (pool === undefined) throw new Error(`no pool ${site.pool} for the site ${site.name}`);
  const addresses = siteAddresses(setting.addresses, site.vips);
  const names = directive('server_name', ...site.names);
  const bodyLimit = directive('client_max_body_size', String(site.bodyLimit));
  const label = setting.countedSites.has(site.name) ? site.name : otherSites;
  // For the whole server: a request that is refused before it has a location is one of the site's too.
  const done = luaDone(label, setting.countedPools.has(pool.name) ? pool.name : undefined);
  const plain = site.redirect
    ? [names, ...addIdentityHeaders(), luaDone(label), redirect()]
    : [names, bodyLimit, ...addIdentityHeaders(), ...poolHeaders(pool), done, proxy(pool)];
  return [
    block('server', [], [...plainListens(addresses), ...plain]),
    block(
      'server',
      [],
      [
        ...tlsListens(setting.features, addresses),
        names,
        ...siteCertificate(site),
        bodyLimit,
        ...addIdentityHeaders(),
        ...(site.hsts ? [directive('add_header', 'Strict-Transport-Security', 'max-age=63072000', 'always')] : []),
        ...poolHeaders(pool),
        done,
        proxy(pool),
      ],
    ),
  ];
}

/** 308 keeps method and body (RFC 9110, 15.4.9). `$host` is one of the names above: the default server refuses others. */
function redirect(): NginxNode {
  return block(
    'location',
    ['/'],
    [directive('return', '308', joined('https://', variable('host'), variable('request_uri')))],
  );
}

/** `proxy_pass` without a path: the backend gets the request line as the client sent it. */
function proxy(pool: Pool): NginxNode {
  return block(
    'location',
    ['/'],
    [
      directive('proxy_pass', poolTarget(pool)),
      directive('proxy_connect_timeout', formatDuration(pool.timeouts.connectMs)),
      directive('proxy_read_timeout', formatDuration(pool.timeouts.readMs)),
      directive('proxy_send_timeout', formatDuration(pool.timeouts.sendMs)),
      ...retry(pool),
    ],
  );
}

/** NGINX never sends a POST, LOCK or PATCH twice once a backend may have seen it; `non_idempotent` stays away. */
function retry(pool: Pool): readonly NginxNode[] {
  if (pool.retry.attempts <= 1) return [directive('proxy_next_upstream', 'off')];
  return [
    directive('proxy_next_upstream', 'error', 'timeout', 'http_502', 'http_503'),
    directive('proxy_next_upstream_tries', String(pool.retry.attempts)),
    directive('proxy_next_upstream_timeout', formatDuration(pool.retry.withinMs)),
  ];
}

/** What every proxied request has in common: `proxy_*` at the http level. No server or location sets a header of its own. */
export function proxyDefaults(): readonly NginxNode[] {
  return [
    comment('Towards the backends: HTTP/1.1 on kept connections; what a client says about itself is replaced.'),
    block(
      'map',
      [variable('http_upgrade'), variable('evenkeel_upgrade')],
      // Nothing but WebSocket: an upgrade to h2c would take the connection past everything said here.
      [directive('default', ''), directive('websocket', 'websocket')],
    ),
    block(
      'map',
      [variable('evenkeel_upgrade'), variable('evenkeel_connection')],
      [directive('default', ''), directive('websocket', 'upgrade')],
    ),
    directive('proxy_http_version', '1.1'),
    directive('proxy_set_header', 'Host', variable('host')),
    directive('proxy_set_header', 'Connection', variable('evenkeel_connection')),
    directive('proxy_set_header', 'Upgrade', variable('evenkeel_upgrade')),
    directive('proxy_set_header', 'X-Real-IP', variable('remote_addr')),
    directive('proxy_set_header', 'X-Forwarded-For', variable('remote_addr')),
    directive('proxy_set_header', 'X-Forwarded-Proto', variable('scheme')),
    directive('proxy_set_header', 'X-Forwarded-Host', variable('host')),
    directive('proxy_set_header', 'X-Forwarded-Port', variable('server_port')),
    directive('proxy_set_header', 'X-Request-Id', variable('request_id')),
    directive('proxy_set_header', 'Forwarded', ''),
    directive('proxy_set_header', 'Proxy', ''),
    directive('proxy_socket_keepalive', 'on'),
    // The usual 4k is too little for an answer with several cookies, and such an answer becomes a 502.
    directive('proxy_buffer_size', '16k'),
    directive('proxy_buffers', '8', '16k'),
    directive('proxy_busy_buffers_size', '32k'),
    directive('proxy_redirect', 'off'),
  ];
}
