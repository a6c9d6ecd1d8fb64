import type { AgentPool } from '../../model/agent-config.ts';
import type { Check } from '../../model/model.ts';

/** One thing to ask: an address and port, and how. */
export interface CheckTarget {
  /** Equal for two backends that are asked in the same way: the identity that results are kept under. */
  readonly key: string;
  readonly address: string;
  readonly port: number;
  readonly check: Check;
  /** The backends it stands for, one or more. */
  readonly uses: readonly BackendPlace[];
}

/** A backend by its pool and its name in it. */
export interface BackendPlace {
  readonly pool: string;
  readonly backend: string;
}

/**
 * What has to be asked for these pools. A backend that several pools ask in the same way is one target; one that they
 * ask in different ways is several, each with a state of its own.
 */
export function checkTargets(pools: readonly AgentPool[]): readonly CheckTarget[] {
  const targets = new Map<string, CheckTarget>();
  for (const pool of pools) {
    for (const { name, address, port } of pool.backends) {
      const key = targetKey({ address, port, check: pool.check });
      const uses = [...(targets.get(key)?.uses ?? []), { pool: pool.name, backend: name }];
      targets.set(key, { key, address, port, check: pool.check, uses });
    }
  }
  return [...targets.values()];
}

/** Only what changes the question or its judgement: a new `failures` of NGINX does not make a backend unknown. */
function targetKey({ address, port, check }: Pick<CheckTarget, 'address' | 'port' | 'check'>): string {
  const { kind, path, host, statuses, body, timeoutMs, intervalMs, rise, fall } = check;
  return JSON.stringify([address, port, kind, path, host, statuses, body, timeoutMs, intervalMs, rise, fall]);
}
