import { directive, joined, variable } from '../syntax/nginx.ts';
import type { NginxNode, NginxWord } from '../syntax/nginx.ts';

type LogValue = string | { readonly variable: string };

/** What a balancer writes of a request. Lists of `backend*` have one entry for each try. Numbers are seconds or bytes. */
const balancerFields: readonly (readonly [string, LogValue])[] = [
  ['ts', { variable: 'time_iso8601' }],
  ['vip', { variable: 'server_addr' }],
  ['port', { variable: 'server_port' }],
  ['client', { variable: 'remote_addr' }],
  ['site', { variable: 'server_name' }],
  ['host', { variable: 'host' }],
  ['method', { variable: 'request_method' }],
  ['uri', { variable: 'request_uri' }],
  ['proto', { variable: 'server_protocol' }],
  ['status', { variable: 'status' }],
  ['bytes', { variable: 'bytes_sent' }],
  ['seconds', { variable: 'request_time' }],
  ['backend', { variable: 'upstream_addr' }],
  ['backendStatus', { variable: 'upstream_status' }],
  ['backendConnect', { variable: 'upstream_connect_time' }],
  ['backendHeader', { variable: 'upstream_header_time' }],
  ['backendSeconds', { variable: 'upstream_response_time' }],
  ['tls', { variable: 'ssl_protocol' }],
  ['cipher', { variable: 'ssl_cipher' }],
  ['sni', { variable: 'ssl_server_name' }],
  ['resumed', { variable: 'ssl_session_reused' }],
  ['agent', { variable: 'http_user_agent' }],
  ['id', { variable: 'request_id' }],
];

/** What a web server writes: `client` is who asked the balancer, `balancer` who asked the web server. */
const webFields: readonly (readonly [string, LogValue])[] = [
  ['ts', { variable: 'time_iso8601' }],
  ['client', { variable: 'remote_addr' }],
  ['balancer', { variable: 'realip_remote_addr' }],
  ['host', { variable: 'host' }],
  ['method', { variable: 'request_method' }],
  ['uri', { variable: 'request_uri' }],
  ['status', { variable: 'status' }],
  ['bytes', { variable: 'bytes_sent' }],
  ['seconds', { variable: 'request_time' }],
  ['agent', { variable: 'http_user_agent' }],
  ['id', { variable: 'http_x_request_id' }],
];

/** The access log of a balancer: one JSON object a line. */
export function balancerLog(balancer: string): readonly NginxNode[] {
  return jsonLog([['node', balancer], ...balancerFields]);
}

/** The access log of a web server: one JSON object a line. */
export function webLog(web: string): readonly NginxNode[] {
  return jsonLog([['node', web], ...webFields]);
}

/**
 * The path is Debian's, which logrotate knows. Written in blocks, because a worker that waits for the disk answers
 * nobody. Every value is a string: `$status` may be `000`, which is no JSON number.
 */
function jsonLog(fields: readonly (readonly [string, LogValue])[]): readonly NginxNode[] {
  const words = fields.map(([key, value], index): NginxWord => {
    const start = `${index === 0 ? '{' : ','}${JSON.stringify(key)}:"`;
    const end = index === fields.length - 1 ? '"}' : '"';
    return typeof value === 'string' ? `${start}${value}${end}` : joined(start, variable(value.variable), end);
  });
  return [
    directive('log_format', 'evenkeel', 'escape=json', ...words),
    directive('access_log', '/var/log/nginx/access.log', 'evenkeel', 'buffer=64k', 'flush=1s'),
  ];
}
