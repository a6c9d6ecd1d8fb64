import { countersPath, poolsFile, poolsSocket } from '../model/pools-document.ts';
import type { Pool } from '../model/model.ts';
import { block, comment, directive } from '../syntax/nginx.ts';
import type { NginxBlock, NginxNode } from '../syntax/nginx.ts';
import type { DesiredFile } from './desired-file.ts';
import { luaBalancer } from './lua-balancer.ts';
import { luaMetrics } from './lua-metrics.ts';
import { luaPools } from './lua-pools.ts';
import { desiredFile } from './make-file.ts';
import { listenText } from './nginx-listen.ts';

/*
 * NGINX's side of docs/adr/0011-pools-without-reload.md. A body of Lua is written so that it is NGINX's own syntax too: statements
 * that end in `;`, long brackets for quotes, no braces. So the tree, its printer and its reader need no second language.
 */

const folder = '/usr/share/evenkeel/lua';

/** The Lua code of a balancer. The same text everywhere; a change of it reloads NGINX, which makes a new Lua for its workers. */
export function luaFiles(host: string): readonly DesiredFile[] {
  const file = (name: string, content: string, why: string): DesiredFile =>
    desiredFile({ host, path: `${folder}/${name}.lua`, content, activates: 'nginx', why });
  return [
    file('evenkeel', luaBalancer, 'NGINX: chooses a backend by what is true of it now, without a reload'),
    file('evenkeel-pools', luaPools, 'NGINX: takes what is true of the pools, without a reload'),
    file('evenkeel-metrics', luaMetrics, 'NGINX: counts requests by site and backend'),
  ];
}

/** `load_module` at the main level, as Debian's files in /etc/nginx/modules-enabled have it. */
export function luaModules(): readonly NginxNode[] {
  return [
    directive('load_module', 'modules/ndk_http_module.so'),
    directive('load_module', 'modules/ngx_http_lua_module.so'),
  ];
}

/**
 * At the http level: the memory that the workers share, and the code. Whatever is wrong with the code, NGINX starts: `string`
 * is a table that has none of its functions, so that each pcall below fails and NGINX goes on without.
 */
export function luaSettings(): readonly NginxNode[] {
  return [
    comment('What is true of the backends now, told on a socket; without it the server lines of the pools decide.'),
    directive('lua_package_path', `${folder}/?.lua;/usr/share/lua/5.1/?.lua;;`),
    directive('lua_shared_dict', 'evenkeel_pools', '16m'),
    directive('lua_shared_dict', 'evenkeel_counts', '8m'),
    directive('lua_shared_dict', 'evenkeel_metrics', '16m'),
    block(
      'init_by_lua_block',
      [],
      [
        directive('local', 'loaded,', 'found', '=', 'pcall(require,', '[[evenkeel]])'),
        directive('local', 'said', '=', 'loaded', 'or', 'ngx.log(ngx.ERR,', '[[evenkeel:]],', 'found)'),
        directive('evenkeel', '=', 'type(found)', '==', '[[table]]', 'and', 'found', 'or', 'string'),
        call('started', 'start', `[[${poolsFile}]]`),
      ],
    ),
    block('init_worker_by_lua_block', [], [call('begun', 'worker')]),
  ];
}

/**
 * In an `upstream`, after its `server` lines: this module would refuse `backup` in those that follow it. What chose before, by
 * `least_conn` and the like, chooses no more, so a pool with such an algorithm gives its servers to the code. Sticky ones
 * name theirs by upstream.
 */
export function luaChoice(pool: Pool): NginxBlock {
  const words = [
    text(pool.name),
    text(pool.algorithm),
    String(pool.retry.attempts),
    String(pool.check.failures),
    String(failSeconds(pool)),
    hashVariable(pool),
    ...(isNative(pool) ? [] : pool.backends.map((backend) => text(serverText(backend)))),
  ];
  return block('balancer_by_lua_block', [], [call('chosen', 'balance', ...words)]);
}

/** In a `server` of a site: the request is over. `site` is what it is counted as; `pool` is given when its backends are counted too. */
export function luaDone(site: string, pool?: string): NginxBlock {
  const words = pool === undefined ? [text(site)] : [text(site), text(pool)];
  return block('log_by_lua_block', [], [call('noted', 'done', ...words)]);
}

/** The server that takes the document. Whoever may enter the socket's directory may ask. */
export function luaControl(): readonly NginxNode[] {
  return [
    comment('What is true of the backends, and what was counted: for root, by the directory of the socket.'),
    block(
      'server',
      [],
      [
        directive('listen', `unix:${poolsSocket}`),
        directive('server_name', '_'),
        directive('access_log', 'off'),
        directive('client_max_body_size', '7m'),
        directive('client_body_buffer_size', '1m'),
        block(
          'location',
          ['=', '/v1/pools'],
          [block('content_by_lua_block', [], [directive('return', 'evenkeel.control()')])],
        ),
        block(
          'location',
          ['=', countersPath],
          [block('content_by_lua_block', [], [directive('return', 'evenkeel.counters()')])],
        ),
        block('location', ['/'], [directive('return', '404')]),
      ],
    ),
  ];
}

/** How long failures count and keep requests away. NGINX reads `fail_timeout` in whole seconds. */
export function failSeconds(pool: Pool): number {
  return Math.max(1, Math.ceil(pool.check.windowMs / 1000));
}

/** Whether NGINX's own server lines, in turn, are what the algorithm means. */
function isNative(pool: Pool): boolean {
  return pool.algorithm === 'round-robin' || pool.algorithm === 'sticky-cookie';
}

function serverText({ address, port, weight, backup }: Pool['backends'][number]): string {
  return `${listenText(address)}:${port}=${weight}${backup ? 'b' : ''}`;
}

function hashVariable(pool: Pool): string {
  if (pool.algorithm === 'client-ip-hash') return text('binary_remote_addr');
  if (pool.algorithm !== 'consistent-hash') return 'nil';
  switch (pool.hash) {
    case 'uri':
      return text('request_uri');
    case 'client-ip':
      return text('binary_remote_addr');
    case 'host':
      return text('host');
  }
}

/** A function of ours that may fail, its error kept from NGINX. The name takes the result: a statement starts with a word. */
function call(result: string, name: string, ...words: readonly string[]): NginxNode {
  const separated = words.map((word, index) => (index === words.length - 1 ? word : `${word},`));
  const last = separated.pop();
  const all = [`pcall(evenkeel.${name}${last === undefined ? ')' : ','}`, ...separated];
  return directive('local', result, '=', ...all, ...(last === undefined ? [] : [`${last})`]));
}

/** A Lua string. Names and addresses hold nothing that ends it, and the tree is checked for that all the same. */
function text(value: string): string {
  if (!/^[A-Za-z0-9_.:=*[\]-]+$/.test(value) || value.includes(']]') || value.endsWith(']')) {
    throw new Error(`no text for Lua: ${JSON.stringify(value)}`);
  }
  return `[[${value}]]`;
}
