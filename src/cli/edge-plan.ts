import { Fault } from '../base/fault.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import { connectHosts } from '../hosts/connect-hosts.ts';
import type { Host } from '../hosts/host.ts';
import type { Model } from '../model/model.ts';
import { observeFiles, observeHost } from '../observe/observe-host.ts';
import { computePlan, observedPaths } from '../plan/compute-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { platformOf, platformPackages } from '../plan/platform-of.ts';
import { chooseSerials } from '../plan/zone-serials.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { type Platform, releasePlatforms } from '../render/platform.ts';
import { renderEdge } from '../render/render-edge.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { type EdgeMaterial, openMaterial } from './edge-material.ts';

/** A plan with what it was computed from: apply takes the bytes from here. */
export interface EdgePlan {
  readonly plan: Plan;
  readonly desired: readonly DesiredHost[];
  readonly facts: readonly HostFacts[];
  readonly material: EdgeMaterial;
}

/**
 * Looks at every managed host and computes what would change. Two round trips per host: the versions decide what is
 * rendered, what is rendered decides which files to look at. Throws `HostsUnreachable` naming every host that fails.
 */
export async function planEdge(context: CliContext, edge: Edge, hosts: ReadonlyMap<string, Host>): Promise<EdgePlan> {
  const { model } = edge;
  const task = 'plan';
  const began = context.now().getTime();
  context.emit({ code: 'task-started', level: 'progress', data: { task, title: `looking at ${hosts.size} hosts` } });
  const now = context.now();
  const material = await openMaterial(edge, now, context.emit);
  await connectHosts([...hosts.values()]);
  const render = renderer(model, material);
  const first = new Map(model.zones.map((zone) => [zone.name, 1]));
  const seen = await observeAll(hosts, (platforms) => render(platforms, first));
  const platforms = platformsOf(seen);
  const draft = render(platforms, first);
  const facts = await Promise.all(
    seen.map(async (host) => {
      const wanted = draft.find((desired) => desired.host === host.host);
      const connection = hosts.get(host.host);
      if (wanted === undefined || connection === undefined) return host;
      return observeFiles(connection, host, observedPaths(wanted, host));
    }),
  );
  const serials = chooseSerials({
    zones: model.zones.map((zone) => zone.name),
    render: (candidates) => render(platforms, candidates),
    facts,
    now,
  });
  const desired = render(platforms, serials);
  const plan = computePlan({ model, desired, facts });
  const ms = context.now().getTime() - began;
  context.emit({ code: 'task-done', level: 'progress', data: { task, note: 'looked at all hosts', ms } });
  return { plan, desired, facts, material };
}

type Render = (
  platforms: ReadonlyMap<string, Platform>,
  zoneSerials: ReadonlyMap<string, number>,
) => readonly DesiredHost[];

function renderer(model: Model, { certificates, ticketKeys }: EdgeMaterial): Render {
  return (platforms, zoneSerials) => renderEdge({ model, platforms, certificates, ticketKeys, zoneSerials });
}

/** Asks each host about all that may matter to it on any release: which one it has is among the answers. */
async function observeAll(
  hosts: ReadonlyMap<string, Host>,
  render: (platforms: ReadonlyMap<string, Platform>) => readonly DesiredHost[],
): Promise<readonly HostFacts[]> {
  const drafts = Object.values(releasePlatforms).flatMap((platform) =>
    render(new Map([...hosts.keys()].map((name) => [name, platform]))),
  );
  return Promise.all(
    [...hosts].map(([name, host]) => {
      const mine = drafts.filter((draft) => draft.host === name);
      const packages = [...new Set([...platformPackages, ...mine.flatMap((draft) => draft.packages)])];
      const units = [...new Set(mine.flatMap((draft) => draft.units))];
      return observeHost(host, { packages, units });
    }),
  );
}

function platformsOf(facts: readonly HostFacts[]): ReadonlyMap<string, Platform> {
  const found = facts.map((host) => ({ host: host.host, platform: platformOf(host) }));
  for (const { platform } of found) if (!platform.ok) throw new Fault(platform.error);
  return new Map(found.flatMap(({ host, platform }) => (platform.ok ? [[host, platform.value] as const] : [])));
}
