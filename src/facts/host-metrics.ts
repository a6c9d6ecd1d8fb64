import type { AgentMetrics } from './agent-metrics.ts';
import type { BackendChecks } from './backend-checks.ts';

/** What a balancer or nameserver has counted, as far as it said. */
export interface HostMetrics {
  readonly host: string;
  readonly kind: 'balancer' | 'nameserver';
  /** Undefined when its agent does not answer. */
  readonly agent: AgentMetrics | undefined;
  /** Of a balancer. */
  readonly checks: readonly BackendChecks[];
  /** Statistics of PowerDNS by their names; undefined when it does not answer, and on a balancer. */
  readonly powerdns: ReadonlyMap<string, number> | undefined;
}
