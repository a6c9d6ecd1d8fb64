import type { EdgeDocument } from '../spec/edge-document.ts';
import type { Report } from './findings.ts';
import { namesOfRole } from './host-names.ts';

/** Warns of pools, web servers and VIPs that nothing leads to. */
export function checkUnused({ spec }: EdgeDocument, report: Report): void {
  const sites = Object.values(spec.sites ?? {});
  const pools = Object.entries(spec.pools ?? {});
  const usedPools = new Set(sites.map(({ pool }) => pool));
  for (const [name] of pools) {
    if (usedPools.has(name)) continue;
    report({
      code: 'EK508',
      path: ['pools', name],
      part: 'key',
      message: `no site uses the pool \`${name}\``,
      fix: 'name it in a site, or remove it',
    });
  }
  const usedServers = new Set(
    pools.flatMap(([, { backends }]) => backends.map((entry) => (typeof entry === 'string' ? entry : entry.server))),
  );
  for (const name of namesOfRole(spec, 'web')) {
    if (usedServers.has(name)) continue;
    report({
      code: 'EK509',
      path: ['hosts', name],
      part: 'key',
      message: `no pool sends requests to the web server \`${name}\``,
      fix: 'list it among the backends of a pool, or remove it',
    });
  }
  const everywhere = sites.some(({ vips }) => vips === undefined);
  const usedVips = new Set(sites.flatMap(({ vips }) => vips ?? []));
  for (const name of Object.keys(spec.vips)) {
    if (everywhere || usedVips.has(name)) continue;
    report({
      code: 'EK423',
      path: ['vips', name],
      part: 'key',
      message: `no site uses the VIP \`${name}\``,
      fix: 'name it in the `vips` of a site, or remove it',
    });
  }
}
