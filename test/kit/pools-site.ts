import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Release } from '../../src/base/release.ts';
import type { Model, Pool } from '../../src/model/model.ts';
import { renderNginxBalancer } from '../../src/render/nginx-balancer.ts';
import type { Algorithm } from '../../src/spec/spec.ts';
import { NginxBench, selfSigned } from './nginx-bench.ts';
import { backend, nginxInput, nginxModel, pool, site } from './nginx-input.ts';

/** Where the sites are asked, without TLS. */
export const vip = '10.77.0.100';
/** The backends of every pool, in NGINX's files. */
export const endpoints = { web1: '10.77.0.31:3000', web2: '10.77.0.32:3000', web3: '10.77.0.33:3000' };
/** Known to no file of NGINX. */
export const added = { web4: '10.77.0.34:3000', web6: '[fd77::36]:3000' };

function three(name: string, algorithm: Algorithm, changes: Partial<Pool> = {}): Pool {
  const [first, ...others] = Object.entries(endpoints).map(([web, endpoint]) => backend(web, endpoint));
  if (first === undefined) throw new Error('three backends');
  return pool(name, [first, ...others], { algorithm, ...changes });
}

/** The pools; each has a site NAME.example. */
export const poolNames = ['turn', 'once', 'weak', 'least', 'random', 'uri', 'client', 'sticky'];
const model: Model = nginxModel({
  vips: [{ ipv4: vip }],
  pools: [
    three('turn', 'round-robin'),
    three('once', 'round-robin', { retry: { attempts: 1, withinMs: 1000 } }),
    three('weak', 'round-robin', { check: { ...three('', 'round-robin').check, failures: 1, windowMs: 600_000 } }),
    three('least', 'least-connections'),
    three('random', 'random-two'),
    three('uri', 'consistent-hash'),
    three('client', 'client-ip-hash'),
    three('sticky', 'sticky-cookie'),
  ],
  sites: poolNames.map((name) => site(`${name}.example`, name, { redirect: false })),
});

/** A balancer with these pools, and all backends running. */
export async function openPoolsSite(release: Release): Promise<NginxBench> {
  const bench = await NginxBench.open(release);
  const certificate = await selfSigned(
    bench.folder,
    poolNames.map((name) => `${name}.example`),
  );
  await writeFile(join(bench.folder, 'cert.pem'), certificate.chainPem);
  const [balancer] = model.balancers;
  if (balancer === undefined) throw new Error('no balancer');
  await bench.image.write(renderNginxBalancer(nginxInput(model, release, certificate), balancer));
  await bench.addAddresses([vip, '10.77.0.31', '10.77.0.32', '10.77.0.33', '10.77.0.34', 'fd77::36']);
  await bench.startNginx();
  for (const [name, endpoint] of Object.entries({ ...endpoints, ...added })) await bench.startBackend(name, endpoint);
  return bench;
}
