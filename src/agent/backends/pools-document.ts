import type { PoolsDocument } from '../../model/pools-document.ts';
import type { EdgeVerdict } from './pool-verdict.ts';

/** Writes a verdict as the document for NGINX. */
export function poolsDocument(verdict: EdgeVerdict, version: number): PoolsDocument {
  return {
    version,
    pools: Object.fromEntries(
      verdict.pools.map(({ pool, slowStartMs, backends }) => [
        pool,
        {
          slowStartMs,
          backends: backends.map(({ backend: { name, address, port, weight, backup }, use }) => ({
            id: name,
            address,
            port,
            weight,
            backup,
            state: use,
          })),
        },
      ]),
    ),
  };
}

/** Whether two documents say the same, whatever their versions: then the newer one need not be sent. */
export function sameDocument(one: PoolsDocument, other: PoolsDocument): boolean {
  return JSON.stringify(one.pools) === JSON.stringify(other.pools);
}
