import type { ModelFault } from './fault.ts';
import type { LostNetworks } from './paths.ts';
import type { BackendDown, DownBackends } from './pool-outcome.ts';
import { reaches } from './paths.ts';
import type { Model } from '../model/model.ts';

/** Faults, sorted by what they break. */
export interface BrokenParts {
  /** Nameservers without power. */
  readonly nameservers: ReadonlySet<string>;
  /** Networks without their router. */
  readonly lost: LostNetworks;
  /** Backends with a fault of their own. */
  readonly backends: DownBackends;
  /** Pools all of whose backends refuse. */
  readonly pools: ReadonlySet<string>;
}

/** Sorts faults by what they break. Without power is worse than without the server's process. */
export function brokenParts(faults: readonly ModelFault[]): BrokenParts {
  const backends = new Map<string, BackendDown>();
  for (const fault of faults) {
    if (fault.kind === 'backend-off') backends.set(fault.backend, 'silent');
    if (fault.kind === 'backend-dead' && !backends.has(fault.backend)) backends.set(fault.backend, 'refuses');
  }
  return {
    nameservers: new Set(faults.flatMap((fault) => (fault.kind === 'nameserver-off' ? [fault.nameserver] : []))),
    lost: new Set(faults.flatMap((fault) => (fault.kind === 'gateway-lost' ? [fault.network] : []))),
    backends,
    pools: new Set(faults.flatMap((fault) => (fault.kind === 'pool-dead' ? [fault.pool] : []))),
  };
}

/**
 * Every backend that does not answer: by its own fault, as part of a dead pool (in every pool that has it), or because a lost
 * router is between it and a balancer.
 */
export function downBackends(model: Model, broken: BrokenParts, networks: ReadonlyMap<string, string>): DownBackends {
  const down = new Map<string, BackendDown>();
  for (const pool of model.pools) {
    for (const { name } of broken.pools.has(pool.name) ? pool.backends : []) down.set(name, 'refuses');
  }
  for (const [name, how] of broken.backends) down.set(name, how);
  if (broken.lost.size > 0) {
    for (const [name, network] of networks) {
      if (!model.balancers.every((balancer) => reaches(balancer.network, network, broken.lost)))
        down.set(name, 'silent');
    }
  }
  return down;
}
