import { algorithms } from '../../src/spec/spec.ts';
import * as fc from 'fast-check';
import { parseNetwork } from '../../src/base/address.ts';
import type { Backend, Model, Pool, Site } from '../../src/model/model.ts';
import { resolveCheck } from '../../src/model/resolve-check.ts';
import { backend, ip, nginxModel, pool, site, webServer } from './nginx-input.ts';

const label = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}[a-z0-9]$/);
const hostName = fc
  .tuple(fc.constantFrom('', '*.'), fc.array(label, { minLength: 1, maxLength: 6 }))
  .map(([wildcard, labels]) => `${wildcard}${labels.join('.')}.example`);

const endpoint = fc
  .tuple(fc.constantFrom('10.77.0.', 'fd77::'), fc.integer({ min: 30, max: 99 }), fc.constantFrom(80, 3000, 8080))
  .map(([net, host, port]) => (net.includes(':') ? `[${net}${host}]:${port}` : `${net}${host}:${port}`));

function backendsOf(endpoints: readonly string[], weights: readonly number[], spare: number): Pool['backends'] {
  const [first, ...rest] = endpoints.map((one, index): Backend => {
    return backend(`web${index}`, one, { weight: weights[index] ?? 1, backup: index > 0 && index === spare });
  });
  if (first === undefined) throw new Error('no backend');
  return [first, ...rest];
}

const poolShape = fc.record({
  endpoints: fc.uniqueArray(endpoint, { minLength: 1, maxLength: 6 }),
  weights: fc.array(fc.integer({ min: 1, max: 256 }), { maxLength: 6 }),
  spare: fc.integer({ min: 0, max: 5 }),
  algorithm: fc.constantFrom(...algorithms),
  hash: fc.constantFrom('uri' as const, 'client-ip' as const, 'host' as const),
  path: fc.constantFrom('/', '/healthz', '/a/b.html', '/check?full=1', '/%24x;y'),
  attempts: fc.integer({ min: 1, max: 10 }),
  ms: fc.integer({ min: 1, max: 86_400_000 }),
});

const siteShape = fc.record({
  pool: fc.nat(),
  redirect: fc.boolean(),
  hsts: fc.boolean(),
  vips: fc.integer({ min: 1, max: 4 }),
  bodyLimit: fc.integer({ min: 1024, max: 10 * 1024 ** 3 }),
  names: fc.integer({ min: 1, max: 4 }),
});

/** Any model, as far as NGINX is concerned: what `check` would let pass. */
export const anyModel: fc.Arbitrary<Model> = fc
  .record({
    pools: fc.uniqueArray(fc.tuple(label, poolShape), { minLength: 1, maxLength: 4, selector: ([name]) => name }),
    sites: fc.array(siteShape, { maxLength: 6 }),
    names: fc.uniqueArray(hostName, { minLength: 24, maxLength: 24 }),
    vips: fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }),
    publicNetwork: fc.boolean(),
  })
  .map((shape) => {
    const pools = shape.pools.map(([name, one]): Pool => {
      const strict = ['random-two', 'client-ip-hash', 'consistent-hash'].includes(one.algorithm);
      return pool(name, backendsOf(one.endpoints, one.weights, strict ? 0 : one.spare), {
        algorithm: one.algorithm,
        hash: one.hash,
        check: { ...resolveCheck({ path: one.path }), timeoutMs: one.ms, windowMs: one.ms },
        timeouts: { connectMs: one.ms, readMs: one.ms, sendMs: one.ms },
        retry: { attempts: one.attempts, withinMs: one.ms },
        panicPercent: 50,
      });
    });
    const sites = shape.sites.map((one, index): Site => {
      const [first = 'a', ...more] = shape.names.slice(index * 4, index * 4 + one.names);
      const vips = shape.vips.slice(1, one.vips).map((_v6, at) => `vip${at + 2}`);
      return site(first, pools[one.pool % pools.length]?.name ?? '', {
        names: [first, ...more],
        redirect: one.redirect,
        hsts: one.hsts,
        vips: ['vip1', ...vips],
        bodyLimit: one.bodyLimit,
        slo: undefined,
      });
    });
    return nginxModel({
      pools,
      sites,
      vips: shape.vips.map((v6, index) => ({
        ipv4: `10.77.0.${100 + index}`,
        ...(v6 ? { ipv6: `fd77::${100 + index}` } : {}),
      })),
      web: [webServer('web0', '10.77.0.31')],
      networks: [
        {
          name: 'lan',
          ipv4: parseNetwork(shape.publicNetwork ? '198.51.100.0/24' : '10.77.0.0/24'),
          ipv6: parseNetwork('fd77::/64'),
          gateways: [ip('10.77.0.1')],
        },
      ],
    });
  });
