import { createHash } from 'node:crypto';
import type { Backend, Pool } from '../model/model.ts';
import { block, comment, directive, joined, variable } from '../syntax/nginx.ts';
import type { NginxBlock, NginxNode, NginxWord } from '../syntax/nginx.ts';
import { listenText } from './nginx-listen.ts';
import { failSeconds, luaChoice } from './nginx-lua.ts';

/**
 * Idle connections to backends are closed after this time. Backends must keep theirs open for longer (ours: 65 s; Node
 * and Apache: 5 s), or a request meets a connection that is just being closed.
 */
const idleSeconds = 4;
const stickyCookie = 'evenkeel_backend';

/**
 * The `upstream` blocks of a pool, and for a sticky one the maps that read and write its cookie. Who is asked is decided in Lua
 * (`nginx-lua.ts`); these servers, in turn, are what NGINX falls back to.
 */
export function poolNodes(pool: Pool): readonly NginxNode[] {
  const servers = pool.backends.map((backend) => server(pool, backend));
  const main = upstream(pool, pool.name, [...servers, ...lastResort(pool)]);
  return pool.algorithm === 'sticky-cookie' ? [...stickyMaps(pool), main, ...stickyUpstreams(pool)] : [main];
}

/** What `proxy_pass` names: the upstream, or the variable that the client's cookie decides. */
export function poolTarget(pool: Pool): NginxWord {
  return pool.algorithm === 'sticky-cookie' ? joined('http://', variable(routeVariable(pool))) : `http://${pool.name}`;
}

/** The header that gives a client its cookie; none for pools without. */
export function poolHeaders(pool: Pool): readonly NginxNode[] {
  if (pool.algorithm !== 'sticky-cookie') return [];
  return [directive('add_header', 'Set-Cookie', variable(cookieVariable(pool)), 'always')];
}

/** What sticky pools share: a cookie set over TLS may not travel without it. */
export function stickySecureMap(): NginxNode {
  return block(
    'map',
    [variable('https'), variable('evenkeel_secure')],
    [directive('default', ''), directive('on', '; Secure')],
  );
}

function upstream(pool: Pool, name: string, servers: readonly NginxNode[]): NginxBlock {
  return block(
    'upstream',
    [name],
    [
      // Shared memory: all workers count failures and connections together.
      directive('zone', name, `${64 + 4 * servers.length}k`),
      ...servers,
      luaChoice(pool),
      // After what chooses: it keeps connections apart by their address, whoever chose it.
      directive('keepalive', '64'),
      directive('keepalive_timeout', `${idleSeconds}s`),
      directive('keepalive_requests', '10000'),
    ],
  );
}

function server(pool: Pool, backend: Backend, ...words: readonly string[]): NginxNode {
  return directive(
    'server',
    endpoint(backend),
    ...(backend.weight === 1 ? [] : [`weight=${backend.weight}`]),
    // The only one never counts as failed. NGINX knows that, but not any more once Lua has chosen for it.
    `max_fails=${pool.backends.length === 1 ? 0 : pool.check.failures}`,
    `fail_timeout=${failSeconds(pool)}s`,
    ...(words.length === 0 && backend.backup ? ['backup'] : words),
  );
}

/**
 * When every server has failed a moment ago, NGINX answers 502 for `fail_timeout` without asking one ("no live
 * upstreams"), although one may be well again. The same servers once more as spare ones that never count as failed let it ask
 * them instead. A person's own spare ones come first, and a sticky pool has some for each backend.
 */
function lastResort(pool: Pool): readonly NginxNode[] {
  if (pool.algorithm === 'sticky-cookie' || pool.backends.length < 2 || pool.backends.some((backend) => backend.backup))
    return [];
  return [
    comment('When all of them have failed a moment ago: ask them all the same.'),
    ...pool.backends.map((backend) =>
      directive(
        'server',
        endpoint(backend),
        ...(backend.weight === 1 ? [] : [`weight=${backend.weight}`]),
        'max_fails=0',
        'backup',
      ),
    ),
  ];
}

function endpoint(backend: Backend): string {
  return `${listenText(backend.address)}:${backend.port}`;
}

/** One upstream for each backend a cookie may name: that backend first, the others only when it is down. */
function stickyUpstreams(pool: Pool): readonly NginxNode[] {
  return regularBackends(pool).map((chosen) =>
    upstream(
      pool,
      memberName(pool, chosen),
      pool.backends.map((backend) => (backend === chosen ? server(pool, backend) : server(pool, backend, 'backup'))),
    ),
  );
}

/**
 * NGINX before 1.29.6 has no sticky cookie of its own. The cookie holds an id that names a backend
 * to us and nothing to the client; it is written when the backend that answered is not the one the cookie named.
 */
function stickyMaps(pool: Pool): readonly NginxNode[] {
  const members = regularBackends(pool).map((backend) => ({ backend, id: backendId(pool, backend) }));
  const fresh = `evenkeel_fresh_${variablePart(pool.name)}`;
  return [
    comment('Where the cookie leads.'),
    block(
      'map',
      [variable(`cookie_${stickyCookie}`), variable(routeVariable(pool))],
      [directive('default', pool.name), ...members.map(({ backend, id }) => directive(id, memberName(pool, backend)))],
    ),
    comment('The cookie for the backend that answered; none when that took a second try, or a spare one answered.'),
    block(
      'map',
      [variable('upstream_addr'), variable(fresh)],
      [
        directive('default', ''),
        ...members.map(({ backend, id }) =>
          directive(
            endpoint(backend),
            joined(`${stickyCookie}=${id}; Path=/; HttpOnly; SameSite=Lax`, variable('evenkeel_secure')),
          ),
        ),
      ],
    ),
    comment('Nothing to write when the client has it already.'),
    block(
      'map',
      [joined(variable(`cookie_${stickyCookie}`), ' ', variable('upstream_addr')), variable(cookieVariable(pool))],
      [
        directive('default', variable(fresh)),
        ...members.map(({ backend, id }) => directive(`${id} ${endpoint(backend)}`, '')),
      ],
    ),
  ];
}

function regularBackends(pool: Pool): readonly Backend[] {
  return pool.backends.filter((backend) => !backend.backup);
}

function memberName(pool: Pool, backend: Backend): string {
  return `${pool.name}+${backendId(pool, backend)}`;
}

function backendId(pool: Pool, backend: Backend): string {
  return createHash('sha256')
    .update(`${pool.name} ${endpoint(backend)}`)
    .digest('hex')
    .slice(0, 16);
}

function routeVariable(pool: Pool): string {
  return `evenkeel_route_${variablePart(pool.name)}`;
}

function cookieVariable(pool: Pool): string {
  return `evenkeel_cookie_${variablePart(pool.name)}`;
}

/** A name within the name of a variable, which takes letters, digits and `_`. Different names stay different. */
function variablePart(name: string): string {
  return name.replaceAll(/[^a-z0-9]/gu, (char) => `_${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}_`);
}
