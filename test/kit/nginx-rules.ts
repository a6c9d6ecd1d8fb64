import type { DesiredFile } from '../../src/render/desired-file.ts';
import type { NginxBlock, NginxNode } from '../../src/syntax/nginx.ts';
import { wordParts } from '../../src/syntax/nginx.ts';
import { readNginx } from '../../src/syntax/nginx-read.ts';
import { blocksOf, directivesOf, placed, readTree, wordTexts } from './nginx-tree.ts';
import type { PlacedNode } from './nginx-tree.ts';

interface Config {
  readonly files: readonly DesiredFile[];
  readonly tree: readonly NginxNode[];
  readonly nodes: readonly PlacedNode[];
  readonly servers: readonly NginxBlock[];
}

type Rule = (config: Config) => readonly string[];

/** What never may be in a rendered configuration. Empty: all is well. */
export function brokenRules(files: readonly DesiredFile[]): readonly string[] {
  const tree = readTree(files);
  const config: Config = { files, tree, nodes: placed(tree), servers: blocksOf(tree, 'server') };
  return Object.entries(rules).flatMap(([name, rule]) => rule(config).map((what) => `${name}: ${what}`));
}

const bannedDirectives =
  /^(alias|autoindex|rewrite|set|slice|ssi|charset|dav_.*|mp4|ssl_preread|valid_referers|merge_slashes|resolver|allow|deny|satisfy|perl.*|.*_by_lua(_file)?|ssl_verify_client|ssl_stapling|ssl_dhparam|proxy_cache.*)$/;
const socketOptions =
  /^(reuseport|backlog=|fastopen=|so_keepalive=|ipv6only=|bind$|deferred|sndbuf=|rcvbuf=|setfib=|accept_filter=)/;
const clientText = /^\$(uri|document_uri|\d+|arg_.*|args|query_string)$/;

const rules: Readonly<Record<string, Rule>> = {
  'text is text': ({ nodes }) =>
    nodes.flatMap(({ node }) =>
      node.words
        .flatMap(wordParts)
        // oxlint-disable-next-line no-control-regex -- these are what is looked for
        .filter((part) => typeof part === 'string' && /[$\u0000-\u001f\u007f]/.test(part))
        .map((part) => `${node.name} has ${JSON.stringify(part)}`),
    ),
  'directives that are never used': ({ nodes }) =>
    nodes.flatMap(({ node, parents }) =>
      bannedDirectives.test(node.name) && !isTable(parents.at(-1)) ? [node.name] : [],
    ),
  'modules of Lua only': ({ nodes }) =>
    nodes
      .filter(({ node }) => node.name === 'load_module')
      .flatMap(({ node }) => wordTexts(node))
      .filter((path) => !/^modules\/(ndk_http|ngx_http_lua)_module\.so$/.test(path)),
  'Lua only calls our code, and each call that serves clients may fail': ({ nodes }) =>
    nodes.flatMap(({ node, parents }) => {
      const phase = parents.at(-1)?.name ?? '';
      if (!phase.endsWith('_by_lua_block') || phase === 'init_by_lua_block') return [];
      const code = `${node.name} ${wordTexts(node).join(' ')}`;
      const known =
        phase === 'content_by_lua_block'
          ? /^return evenkeel\.(control|counters)\(\)$/
          : /^local [a-z]+ = pcall\(evenkeel\.[a-z]+(\)|(, (nil|\d+|\[\[[A-Za-z0-9_.:=*[\]-]+\]\]))+\))$/;
      return known.test(code) ? [] : [code];
    }),
  'no regular expressions': ({ nodes }) =>
    nodes.flatMap(({ node, parents }) => {
      const keys = isTable(parents.at(-1)) ? [node.name] : wordTexts(node);
      return keys.filter((key) => key.startsWith('~')).map((key) => `${node.name} ${key}`);
    }),
  'no client text in headers and redirects': ({ nodes }) =>
    nodes.flatMap(({ node }) =>
      ['return', 'add_header', 'proxy_set_header'].includes(node.name)
        ? variablesOf(node).filter((name) => clientText.test(name) || name.startsWith('$cookie_'))
        : [],
    ),
  'no $http_host': ({ nodes }) =>
    nodes.flatMap(({ node }) => variablesOf(node).filter((name) => name === '$http_host')),
  '$host where names are known': ({ servers, nodes }) => {
    const inServers = servers.filter((server) =>
      placed([server]).some(({ node }) => variablesOf(node).includes('$host')),
    );
    const anonymous = inServers.filter((server) => serverNames(server).some((name) => name === '_' || name === ''));
    const defaults = nodes.filter(({ node }) => node.name === 'listen' && wordTexts(node).includes('default_server'));
    return anonymous.length > 0 && defaults.length > 0 ? ['a default server uses $host'] : [];
  },
  'proxy_pass leads to an upstream, without a path': ({ nodes, tree }) => {
    const upstreams = new Set(blocksOf(tree, 'upstream').flatMap(wordTexts));
    const maps = new Map(
      blocksOf(tree, 'map').map((map) => [
        wordTexts(map)[1],
        map.body.flatMap((entry) => (entry.kind === 'comment' ? [] : wordTexts(entry))),
      ]),
    );
    return nodes
      .filter(({ node }) => node.name === 'proxy_pass')
      .flatMap(({ node }) => wordTexts(node))
      .filter((target) => {
        const name = target.replace(/^http:\/\//, '');
        const names = name.startsWith('$') ? (maps.get(name) ?? [name]) : [name];
        return name === target || !names.every((one) => upstreams.has(one));
      });
  },
  'every proxied location has its times and its retry policy': ({ nodes }) =>
    nodes.flatMap(({ node, parents }) => {
      const location = parents.at(-1);
      if (node.name !== 'proxy_pass' || location === undefined) return [];
      const wanted = ['proxy_connect_timeout', 'proxy_read_timeout', 'proxy_send_timeout', 'proxy_next_upstream'];
      return wanted.filter((name) => directivesOf(location, name).length !== 1);
    }),
  'no second try for what may not happen twice': ({ nodes }) =>
    nodes.flatMap(({ node }) => wordTexts(node).filter((word) => word === 'non_idempotent')),
  'headers are inherited whole or repeated whole': ({ nodes }) =>
    ['add_header', 'proxy_set_header', 'proxy_hide_header'].flatMap((name) =>
      nodes.flatMap(({ node, parents }) => {
        if (node.kind !== 'block') return [];
        const own = new Set(directivesOf(node, name).map((one) => wordTexts(one).join(' ')));
        const above = parents.flatMap((parent) => directivesOf(parent, name)).map((one) => wordTexts(one).join(' '));
        return own.size > 0 ? above.filter((line) => !own.has(line)).map((line) => `${node.name} drops ${line}`) : [];
      }),
    ),
  'if does nothing but return': ({ tree }) =>
    blocksOf(tree, 'if').flatMap((block) =>
      block.body.flatMap((node) => (node.kind === 'directive' && node.name === 'return' ? [] : [node.kind])),
    ),
  'counters stay on this computer': ({ servers }) =>
    servers
      .filter((server) => placed([server]).some(({ node }) => node.name === 'stub_status'))
      .flatMap((server) => listensOf(server))
      .filter((listen) => !listen.address.startsWith('127.0.0.1:'))
      .map((listen) => listen.address),
  'TLS 1.2 and 1.3, no early data': ({ nodes }) =>
    nodes.flatMap(({ node }) => {
      const words = wordTexts(node).join(' ');
      if (node.name === 'ssl_protocols' && words !== 'TLSv1.2 TLSv1.3') return [words];
      return node.name === 'ssl_early_data' && words !== 'off' ? [words] : [];
    }),
  'keys are for root alone': ({ nodes, files }) =>
    nodes.flatMap(({ node }) => {
      if (node.name !== 'ssl_certificate_key' && node.name !== 'ssl_session_ticket_key') return [];
      const file = files.find((one) => one.path === wordTexts(node)[0]);
      const safe = file?.mode === 0o600 && file.owner === 'root:root' && file.visibility === 'secret';
      return safe ? [] : wordTexts(node);
    }),
  'certificates are there': ({ nodes, files }) =>
    nodes
      .filter(({ node }) => node.name === 'ssl_certificate')
      .flatMap(({ node }) => wordTexts(node))
      .filter((path) => !files.some((file) => file.path === path)),
  'every address has a default server that refuses': ({ servers }) => {
    const refusing = servers.filter((server) =>
      ['421', '444'].includes(directivesOf(server, 'return').map((one) => wordTexts(one)[0] ?? '')[0] ?? ''),
    );
    const covered = new Set(
      refusing.flatMap((server) =>
        listensOf(server).flatMap((listen) => (listen.words.includes('default_server') ? [listen.address] : [])),
      ),
    );
    const proxying = servers.filter((server) => placed([server]).some(({ node }) => node.name === 'proxy_pass'));
    return proxying.flatMap(listensOf).flatMap((listen) => (covered.has(listen.address) ? [] : [listen.address]));
  },
  'a wildcard binds, addresses only tell apart': ({ servers }) => {
    const listens = servers.flatMap(listensOf);
    const wildcards = new Set(listens.map((listen) => listen.address));
    return listens
      .filter((listen) => !/^(\*|\[::\]|unix):/.test(listen.address) && listen.address !== '127.0.0.1:8079')
      .filter((listen) => {
        const port = listen.address.slice(listen.address.lastIndexOf(':'));
        const wildcard = (listen.address.startsWith('[') ? '[::]' : '*') + port;
        return !wildcards.has(wildcard) || listen.words.some((word) => socketOptions.test(word));
      })
      .map((listen) => listen.address);
  },
  'slow and large requests have limits': ({ tree }) => {
    const [http] = blocksOf(tree, 'http');
    const wanted = [
      'client_max_body_size',
      'client_header_timeout',
      'client_body_timeout',
      'send_timeout',
      'keepalive_timeout',
      'large_client_header_buffers',
      'max_headers',
      'server_tokens',
    ];
    return http === undefined ? ['no http block'] : wanted.filter((name) => directivesOf(http, name).length !== 1);
  },
  'only named hosts are believed about the client': ({ nodes }) =>
    nodes
      .filter(({ node }) => node.name === 'set_real_ip_from')
      .flatMap(({ node }) => wordTexts(node))
      .filter((from) => /\/0$|^0\.0\.0\.0|^::$/.test(from)),
  'a spare server only where NGINX allows one': ({ tree }) =>
    blocksOf(tree, 'upstream').flatMap((upstream) => {
      const spare = directivesOf(upstream, 'server').some((server) => wordTexts(server).includes('backup'));
      const strict = ['hash', 'random'].some((name) => directivesOf(upstream, name).length > 0);
      return spare && strict ? wordTexts(upstream) : [];
    }),
  'upstreams are shared by the workers and keep connections': ({ tree }) =>
    blocksOf(tree, 'upstream').flatMap((upstream) =>
      ['zone', 'keepalive', 'keepalive_timeout'].filter((name) => directivesOf(upstream, name).length !== 1),
    ),
  'names stand once on an address': ({ servers }) => {
    const seen = new Set<string>();
    return servers
      .flatMap((server) =>
        listensOf(server).flatMap((listen) => serverNames(server).map((name) => `${listen.address} ${name}`)),
      )
      .filter((one) => seen.size === seen.add(one).size);
  },
  'every file is included, and by its name': ({ files }) => {
    const main = files.find((file) => file.path === '/etc/nginx/nginx.conf');
    const nodes = readNginx(new TextDecoder().decode(main?.bytes));
    const included = new Set(
      nodes.ok ? placed(nodes.value).flatMap(({ node }) => (node.name === 'include' ? wordTexts(node) : [])) : [],
    );
    return files
      .map((file) => file.path)
      .filter((path) => path.endsWith('.conf') && path !== main?.path && !included.has(path));
  },
};

/** Blocks whose "directives" are keys and values. */
function isTable(block: NginxBlock | undefined): boolean {
  return block?.name === 'map' || block?.name === 'geo';
}

function variablesOf(node: PlacedNode['node']): readonly string[] {
  return node.words.flatMap(wordParts).flatMap((part) => (typeof part === 'string' ? [] : [`$${part.name}`]));
}

function serverNames(server: NginxBlock): readonly string[] {
  return directivesOf(server, 'server_name').flatMap(wordTexts);
}

/** What a server listens on. */
export function listensOf(
  server: NginxBlock,
): readonly { readonly address: string; readonly words: readonly string[] }[] {
  return directivesOf(server, 'listen').map((listen) => {
    const [address = '', ...words] = wordTexts(listen);
    return { address, words };
  });
}
