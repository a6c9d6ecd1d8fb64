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

/** Of its requests, who meets a backend with such a fault is asked to go on; what a wrong answer looks like, no balancer knows. */
const downBy: Partial<Record<ModelFault['kind'], BackendDown>> = {
  'backend-off': 'silent',
  'backend-dead': 'refuses',
  'backend-flapping': 'refuses',
  'backend-hung': 'hangs',
};

/** Without power is worse than without the server's process, which ends one that hangs. */
const byHarm: readonly BackendDown[] = ['hangs', 'refuses', 'silent'];

function worse(down: BackendDown, than: BackendDown | undefined): boolean {
  return than === undefined || byHarm.indexOf(down) > byHarm.indexOf(than);
}

/** Sorts faults by what they break. */
export function brokenParts(faults: readonly ModelFault[]): BrokenParts {
  const backends = new Map<string, BackendDown>();
  for (const fault of faults) {
    const down = downBy[fault.kind];
    if (!('backend' in fault) || down === undefined) continue;
    if (worse(down, backends.get(fault.backend))) backends.set(fault.backend, down);
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
