import type { BackendUse, EdgeVerdict } from './pool-verdict.ts';

/** What NGINX is told about its pools: the whole truth each time, as JSON. */
export interface PoolsDocument {
  /** Grows with every document; an older one is not taken. */
  readonly version: number;
  /** By the name of the pool. */
  readonly pools: Readonly<Record<string, DocumentPool>>;
}

/** One pool in the document. */
export interface DocumentPool {
  /** So long a backend that came back gets less than its share; 0: at once. */
  readonly slowStartMs: number;
  readonly backends: readonly DocumentBackend[];
}

/** One backend in the document. `id` is unique in its pool, and the same after every change of its state. */
export interface DocumentBackend {
  readonly id: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly backup: boolean;
  readonly state: BackendUse;
}

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
