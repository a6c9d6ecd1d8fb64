import type { Balancer } from '../model/model.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import type { DesiredFile } from './desired-file.ts';
import { edgeNodes } from './nginx-edge.ts';
import { nginxFeatures } from './nginx-features.ts';
import { nginxFile } from './nginx-file.ts';
import { listenAddresses } from './nginx-listen.ts';
import { balancerMain } from './nginx-main.ts';
import { edgeConfPath, nginxConfPath, poolPath, sitePath } from './nginx-paths.ts';
import { poolNodes } from './nginx-pool.ts';
import { siteNodes } from './nginx-site.ts';
import type { SiteSetting } from './nginx-site.ts';
import { certificateFiles, ticketFiles } from './nginx-tls.ts';
import type { RenderInput } from './render-input.ts';

/** Every NGINX file of a balancer, certificates and ticket keys included. */
export function renderNginxBalancer(input: RenderInput, balancer: Balancer): readonly DesiredFile[] {
  const platform = input.platforms.get(balancer.name);
  if (platform === undefined) throw new Error(`no platform for the balancer ${balancer.name}`);
  const { model } = input;
  const features = nginxFeatures(platform);
  const setting: SiteSetting = {
    features,
    addresses: listenAddresses(model),
    pools: new Map(model.pools.map((pool) => [pool.name, pool])),
  };
  const file = (path: string, nodes: readonly NginxNode[], why: string): DesiredFile =>
    nginxFile({ host: balancer.name, path, nodes, why });
  return [
    file(nginxConfPath, balancerMain(input, balancer, features), 'NGINX: limits, logs, TLS, what is included'),
    file(edgeConfPath, edgeNodes(features, setting.addresses), 'NGINX: refusals, health and status'),
    ...model.pools.map((pool) =>
      file(poolPath(pool.name), poolNodes(pool), `NGINX: backends of the pool ${pool.name}`),
    ),
    ...model.sites.flatMap((site) => [
      file(sitePath(site.name), siteNodes(setting, site), `NGINX: the site ${site.name}`),
      ...certificateFiles(input, balancer, site),
    ]),
    ...ticketFiles(input, balancer),
  ];
}
