import { countedPools, countedSites } from '../model/metric-limits.ts';
import type { Balancer } from '../model/model.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import type { DesiredFile } from './desired-file.ts';
import { edgeNodes } from './nginx-edge.ts';
import { nginxFeatures } from './nginx-features.ts';
import type { NginxFeatures } from './nginx-features.ts';
import { nginxFile } from './nginx-file.ts';
import { listenAddresses } from './nginx-listen.ts';
import { luaFiles } from './nginx-lua.ts';
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
  const host = balancer.name;
  const features = nginxFeatures(platform);
  const nodes = balancerMain(input, balancer, features);
  return [
    nginxFile({ host, path: nginxConfPath, nodes, why: 'NGINX: limits, logs, TLS, what is included' }),
    ...luaFiles(host),
    ...commonFiles(input, features).map((file) => ({ ...file, host })),
  ];
}

/** What was rendered already: input -> features -> files. Nothing in it outlives its input. */
const known = new WeakMap<RenderInput, Map<string, readonly DesiredFile[]>>();

/**
 * All files but nginx.conf are the same on balancers with the same NGINX. With 10,000 sites they are 30,000 files, so
 * they are made once for an input and shared, text and hash.
 */
function commonFiles(input: RenderInput, features: NginxFeatures): readonly DesiredFile[] {
  const key = `${features.http2} ${features.curves}`;
  const made = known.get(input) ?? new Map<string, readonly DesiredFile[]>();
  const files = made.get(key) ?? renderCommonFiles(input, features);
  known.set(input, made.set(key, files));
  return files;
}

function renderCommonFiles(input: RenderInput, features: NginxFeatures): readonly DesiredFile[] {
  const { model } = input;
  const setting: SiteSetting = {
    features,
    addresses: listenAddresses(model),
    pools: new Map(model.pools.map((pool) => [pool.name, pool])),
    countedSites: countedSites(model),
    countedPools: countedPools(model),
  };
  const file = (path: string, nodes: readonly NginxNode[], why: string): DesiredFile =>
    nginxFile({ host: anyBalancer, path, nodes, why });
  return [
    file(edgeConfPath, edgeNodes(features, setting.addresses), 'NGINX: refusals, health and status'),
    ...model.pools.map((pool) =>
      file(poolPath(pool.name), poolNodes(pool), `NGINX: backends of the pool ${pool.name}`),
    ),
    ...model.sites.flatMap((site) => [
      file(sitePath(site.name), siteNodes(setting, site), `NGINX: the site ${site.name}`),
      ...certificateFiles(input, anyBalancer, site),
    ]),
    ...ticketFiles(input, anyBalancer),
  ];
}

/** Stands where the balancer's name is put in later. */
const anyBalancer = '';
