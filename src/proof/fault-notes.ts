import { counted } from '../base/counted.ts';
import { formatDuration } from '../base/duration.ts';
import { seenWithinMs } from '../model/check-seen.ts';
import type { FailoverSettings } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import type { ModelFault } from './fault.ts';
import type { PoolOutcome, VipOutcome } from './promise.ts';

/** What the notes about VIPs are made from. */
export interface VipNotesCase {
  readonly faults: readonly ModelFault[];
  readonly vips: readonly VipOutcome[];
}

/** Split brain among balancers that clients reach. */
export function vipNotes({ faults, vips }: VipNotesCase): readonly string[] {
  const cut = [...new Set(faults.flatMap((fault) => (fault.kind === 'link-cut' ? [fault.balancer] : [])))];
  const shared: string[] = [];
  const sharing = new Set<string>();
  for (const { vip, holders } of vips) {
    const reached = cut.length === 0 ? holders : holders.filter((holder) => !cut.includes(holder));
    if (reached.length < 2) continue;
    shared.push(vip);
    for (const holder of reached) sharing.add(holder);
  }
  if (shared.length === 0) return [];
  return [
    `${shared.length === 1 ? `${shared[0]} is` : `${counted(shared.length, 'VIP')} are`} held by more than one balancer (${[...sharing].sort().join(', ')}): each answers new connections, and open ones break when neighbours change from one to the other`,
  ];
}

/** What gateways and backends without power do to those who are beyond the promise. */
export function otherNotes(
  model: Model,
  proxying: FailoverSettings['proxying'],
  faults: readonly ModelFault[],
): readonly string[] {
  return faults.flatMap((fault): readonly string[] => {
    switch (fault.kind) {
      case 'gateway-lost':
        return [`clients beyond the router of ${fault.network} reach nothing in it; those within it notice nothing`];
      case 'backend-off':
        return proxying === 'plain' ? [] : keptConnectionNotes(model, fault.backend);
      case 'backend-hung':
        return hungBackendNotes(model, fault.backend);
      case 'backend-wrong':
        return wrongAnswerNotes(model, fault.backend);
      default:
        return [];
    }
  });
}

function keptConnectionNotes(model: Model, backend: string): readonly string[] {
  const waits = longestWait(model, backend);
  return waits === undefined
    ? []
    : [
        `a request that meets a kept connection to ${backend} waits up to ${waits}; new connections to it end after the connect timeout`,
      ];
}

function hungBackendNotes(model: Model, backend: string): readonly string[] {
  const waits = longestWait(model, backend);
  return waits === undefined ? [] : [`a request that ${backend} has taken waits up to ${waits}`];
}

function longestWait(model: Model, backend: string): string | undefined {
  const pools = model.pools.filter(({ backends }) => backends.some(({ name }) => name === backend));
  if (pools.length === 0) return undefined;
  return `${formatDuration(Math.max(...pools.map(({ timeouts }) => timeouts.readMs)))} (read timeout)`;
}

/** `fall` answers in a row, an interval apart, the last of which may take the whole timeout. */
function wrongAnswerNotes(model: Model, backend: string): readonly string[] {
  return model.pools
    .filter(({ check, backends }) => check.body !== undefined && backends.some(({ name }) => name === backend))
    .map(({ name, check }) => {
      const within = formatDuration(seenWithinMs(check));
      return `clients of the pool ${name} get wrong answers of ${backend} until its check has seen them, within ${within}`;
    });
}

/** Pools that lean on their last backend. */
export function poolNotes(pools: readonly PoolOutcome[]): readonly string[] {
  return pools.flatMap(({ pool, up, served, outage }) =>
    served && up.length === 1 && outage.kind !== 'none' ? [`${up[0]} alone serves the pool ${pool}`] : [],
  );
}
