import type { Backend, Balancer, Pool, Site } from '../model/model.ts';
import { block, directive, joined, variable } from '../syntax/nginx.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import type { DesiredFile } from './desired-file.ts';
import { nginxFeatures } from './nginx-features.ts';
import type { NginxFeatures } from './nginx-features.ts';
import { nginxFile } from './nginx-file.ts';
import { hashSizes } from './nginx-hash.ts';
import { listenText, plainListens, tlsListens, wildcardAddresses } from './nginx-listen.ts';
import { balancerLog } from './nginx-log.ts';
import { mainLevel } from './nginx-main.ts';
import { nginxConfPath, poolPath, sitePath } from './nginx-paths.ts';
import { certificateFiles, siteCertificate, ticketFiles, tlsDefaults } from './nginx-tls.ts';
import type { RenderInput } from './render-input.ts';

/**
 * NGINX on a balancer as the tutorials have it (`--profile reference`): the same sites, certificates and TLS, and behind
 * them plain proxying. Timeouts, retries and failure counting are NGINX's own defaults, connections to the backends are
 * not kept, algorithms are all round robin. Every site answers on every address, and no server refuses strange names.
 */
export function renderReferenceNginx(input: RenderInput, balancer: Balancer): readonly DesiredFile[] {
  const { model } = input;
  const platform = input.platforms.get(balancer.name);
  if (platform === undefined) throw new Error(`no platform for the balancer ${balancer.name}`);
  const host = balancer.name;
  const features = nginxFeatures(platform);
  const listen: Listen = { features, addresses: wildcardAddresses(model) };
  const file = (path: string, nodes: readonly NginxNode[], why: string): DesiredFile =>
    nginxFile({ host, path, nodes, why });
  return [
    file(nginxConfPath, mainNodes(input, balancer, features), 'NGINX: logs, TLS, what is included'),
    ...model.pools.map((pool) => file(poolPath(pool.name), [upstream(pool)], `NGINX: backends of ${pool.name}`)),
    ...model.sites.flatMap((site) => [
      file(sitePath(site.name), siteServers(listen, site), `NGINX: the site ${site.name}`),
      ...certificateFiles(input, host, site),
    ]),
    ...ticketFiles(input, host),
  ];
}

function mainNodes(input: RenderInput, balancer: Balancer, features: NginxFeatures): readonly NginxNode[] {
  const { model } = input;
  return mainLevel([
    directive('server_tokens', 'off'),
    directive('default_type', 'application/octet-stream'),
    ...hashSizes(model),
    ...balancerLog(balancer.name),
    ...tlsDefaults(input, features),
    block(
      'map',
      [variable('http_upgrade'), variable('connection_upgrade')],
      [directive('default', 'upgrade'), directive('', 'close')],
    ),
    ...model.pools.map((pool) => directive('include', poolPath(pool.name))),
    ...model.sites.map((site) => directive('include', sitePath(site.name))),
  ]);
}

function upstream(pool: Pool): NginxNode {
  return block('upstream', [pool.name], pool.backends.map(server));
}

function server(backend: Backend): NginxNode {
  return directive(
    'server',
    `${listenText(backend.address)}:${backend.port}`,
    ...(backend.weight === 1 ? [] : [`weight=${backend.weight}`]),
    ...(backend.backup ? ['backup'] : []),
  );
}

interface Listen {
  readonly features: NginxFeatures;
  readonly addresses: readonly string[];
}

function siteServers({ features, addresses }: Listen, site: Site): readonly NginxNode[] {
  const names = directive('server_name', ...site.names);
  const bodyLimit = directive('client_max_body_size', String(site.bodyLimit));
  return [
    block('server', [], [...plainListens(addresses), names, ...(site.redirect ? redirect : [bodyLimit, proxy(site)])]),
    block(
      'server',
      [],
      [
        ...tlsListens(features, addresses),
        names,
        ...siteCertificate(site),
        bodyLimit,
        ...(site.hsts ? [directive('add_header', 'Strict-Transport-Security', 'max-age=63072000', 'always')] : []),
        proxy(site),
      ],
    ),
  ];
}

const redirect: readonly NginxNode[] = [
  directive('return', '301', joined('https://', variable('host'), variable('request_uri'))),
];

function proxy(site: Site): NginxNode {
  return block(
    'location',
    ['/'],
    [
      directive('proxy_pass', `http://${site.pool}`),
      directive('proxy_http_version', '1.1'),
      directive('proxy_set_header', 'Host', variable('host')),
      directive('proxy_set_header', 'X-Real-IP', variable('remote_addr')),
      directive('proxy_set_header', 'X-Forwarded-For', variable('proxy_add_x_forwarded_for')),
      directive('proxy_set_header', 'X-Forwarded-Proto', variable('scheme')),
      directive('proxy_set_header', 'Upgrade', variable('http_upgrade')),
      directive('proxy_set_header', 'Connection', variable('connection_upgrade')),
    ],
  );
}
