import type { Balancer } from '../model/model.ts';
import { block, comment, directive, variable } from '../syntax/nginx.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import type { NginxFeatures } from './nginx-features.ts';
import { hashSizes } from './nginx-hash.ts';
import { hideIdentityHeaders, insideMaps } from './nginx-inside.ts';
import { balancerLog } from './nginx-log.ts';
import { luaModules, luaSettings } from './nginx-lua.ts';
import { nginxPidPath } from '../model/state-files.ts';
import { edgeConfPath, poolPath, sitePath } from './nginx-paths.ts';
import { stickySecureMap } from './nginx-pool.ts';
import { proxyDefaults } from './nginx-site.ts';
import { tlsDefaults } from './nginx-tls.ts';
import type { RenderInput } from './render-input.ts';

/** What only some hosts have at the main level. */
interface MainParts {
  readonly modules?: readonly NginxNode[];
  readonly events?: readonly NginxNode[];
}

/** The main level, for a balancer and a web server alike. Paths and user are those of Debian's package and unit. */
export function mainLevel(
  http: readonly NginxNode[],
  { modules = [], events = [] }: MainParts = {},
): readonly NginxNode[] {
  return [
    directive('user', 'www-data'),
    directive('worker_processes', 'auto'),
    directive('worker_rlimit_nofile', '262144'),
    // After a reload, old workers stay for their last connections, at most so long.
    directive('worker_shutdown_timeout', '300s'),
    directive('pid', nginxPidPath),
    directive('error_log', '/var/log/nginx/error.log', 'warn'),
    ...modules,
    block('events', [], [directive('worker_connections', '16384'), ...events]),
    block('http', [], http),
  ];
}

/** How long a client may take and how much it may send. Without limits a few slow clients fill every connection. */
export function clientLimits(): readonly NginxNode[] {
  return [
    directive('server_tokens', 'off'),
    // Back-ported to both Debian releases (1.22.1-9+deb12u8, 1.26.3-3+deb13u6).
    directive('max_headers', '200'),
    directive('large_client_header_buffers', '4', '16k'),
    directive('client_header_timeout', '15s'),
    directive('client_body_timeout', '30s'),
    directive('client_max_body_size', '1m'),
    directive('send_timeout', '30s'),
    directive('keepalive_timeout', '65s'),
    directive('keepalive_requests', '10000'),
    directive('reset_timedout_connection', 'on'),
    directive('tcp_nopush', 'on'),
    directive('sendfile', 'on'),
  ];
}

/**
 * nginx.conf of a balancer. Each pool and site is included by name, not by a pattern: a file that was forgotten in the
 * folder is not read.
 */
export function balancerMain(input: RenderInput, balancer: Balancer, features: NginxFeatures): readonly NginxNode[] {
  const { model } = input;
  const http = [
    ...clientLimits(),
    directive('default_type', 'application/octet-stream'),
    ...hashSizes(model),
    ...balancerLog(balancer.name),
    ...insideMaps(model, balancer),
    comment('One address may hold so many connections, or HTTP/2 streams, at a time.'),
    directive('limit_conn_zone', variable('evenkeel_outsider'), 'zone=evenkeel_clients:10m'),
    directive('limit_conn', 'evenkeel_clients', '1024'),
    directive('limit_conn_status', '429'),
    ...tlsDefaults(input, features),
    ...proxyDefaults(),
    ...hideIdentityHeaders(),
    ...luaSettings(),
    ...(model.pools.some((pool) => pool.algorithm === 'sticky-cookie') ? [stickySecureMap()] : []),
    comment('Refusals, health and status; then pools and sites.'),
    directive('include', edgeConfPath),
    ...model.pools.map((pool) => directive('include', poolPath(pool.name))),
    ...model.sites.map((site) => directive('include', sitePath(site.name))),
  ];
  // One a turn, as by default, is too few when the other balancer's clients come too (docs/adr/0012-accept-all.md).
  return mainLevel(http, { modules: luaModules(), events: [directive('multi_accept', 'on')] });
}
