import { healthHost } from '../model/health-record.ts';
import { nginxStatusPort } from '../model/state-files.ts';
import { block, comment, directive } from '../syntax/nginx.ts';
import type { NginxBlock, NginxNode } from '../syntax/nginx.ts';
import { hostPaths } from './host-paths.ts';
import type { NginxFeatures } from './nginx-features.ts';
import { addIdentityHeaders } from './nginx-inside.ts';
import { loopback, plainListens, tlsListens } from './nginx-listen.ts';
import type { ListenAddresses } from './nginx-listen.ts';
import { luaControl } from './nginx-lua.ts';

/** Answers to programs on the balancer itself: `/up`, and NGINX's counters at `/stub_status`. */
const statusAddress = `127.0.0.1:${nginxStatusPort}`;

/**
 * The servers that belong to no site. The refusing ones are the default on every VIP as well as on the wildcards: the
 * default server is chosen for each address, and without them a stranger's name would get the first site on that VIP.
 */
export function edgeNodes(features: NginxFeatures, addresses: ListenAddresses): readonly NginxNode[] {
  return [
    comment("Names that no site has: the handshake is refused, or 421 when asked for on another name's connection."),
    block(
      'server',
      [],
      [
        ...tlsListens(features, addresses.all, 'default_server'),
        directive('server_name', '_'),
        directive('ssl_reject_handshake', 'on'),
        directive('return', '421'),
      ],
    ),
    comment('The same without TLS: closed without an answer.'),
    block(
      'server',
      [],
      [
        ...plainListens(addresses.all, 'default_server'),
        directive('server_name', '_'),
        directive('access_log', 'off'),
        directive('return', '444'),
      ],
    ),
    comment('What the nameservers ask before they publish a VIP.'),
    block(
      'server',
      [],
      [
        ...plainListens(addresses.all),
        directive('server_name', healthHost),
        directive('access_log', 'off'),
        ...addIdentityHeaders(),
        upLocation('/'),
        block('location', ['/'], [directive('return', '404')]),
      ],
    ),
    comment(
      'What the agent asks, by TLS on the name of a site: through the sockets and workers of clients, to no backend.',
    ),
    block(
      'server',
      [],
      [
        ...tlsListens(features, [loopback]),
        directive('server_name', healthHost),
        directive('ssl_reject_handshake', 'on'),
        directive('access_log', 'off'),
        directive('return', '204'),
      ],
    ),
    comment('For this computer only.'),
    block(
      'server',
      [],
      [
        directive('listen', statusAddress),
        directive('server_name', '_'),
        directive('access_log', 'off'),
        upLocation('/up'),
        block('location', ['=', '/stub_status'], [directive('stub_status')]),
        block('location', ['/'], [directive('return', '404')]),
      ],
    ),
    ...luaControl(),
  ];
}

function upLocation(path: string): NginxBlock {
  return block(
    'location',
    ['=', path],
    [
      directive('default_type', 'text/plain'),
      block('if', ['(-f', `${hostPaths.draining})`], [directive('return', '503')]),
      directive('return', '200', 'OK'),
    ],
  );
}
