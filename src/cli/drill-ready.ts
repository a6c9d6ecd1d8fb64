import { Fault } from '../base/fault.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import type { Host } from '../hosts/host.ts';
import { labName } from '../lab/definition.ts';
import { assertLabRunning } from '../lab/lab-status.ts';
import type { Profile } from '../model/failover-settings.ts';
import { isEmptyPlan } from '../plan/plan.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import type { Place } from './place.ts';
import { planEdge } from './edge-plan.ts';

interface EdgeAtPlace {
  readonly place: Place;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly profile: Profile;
}

/**
 * Sees that a drill would be about the edge of the file: every host answers, has all of it, and nothing is broken on
 * purpose. Throws `unhealthy` with the command that helps, and `HostsUnreachable`. Returns what hosts said of themselves.
 */
export async function assertEdgeReady(
  context: CliContext,
  edge: Edge,
  { place, hosts, profile }: EdgeAtPlace,
): Promise<readonly HostFacts[]> {
  if (place.kind === 'lab') await assertLabWhole(labName(edge.model.name, place.suffix));
  const { plan, facts } = await planEdge(context, edge, hosts);
  if (isEmptyPlan(plan)) return facts;
  const changed = plan.hosts.filter((host) => host.changes.length + host.refusals.length > 0).map((host) => host.host);
  const lab = place.kind === 'lab' ? ' --lab' : '';
  throw new Fault({
    code: 'unhealthy',
    message: `the edge is not yet what ${edge.file} says, so a drill would be about another one: ${changed.join(', ')}`,
    state: 'nothing was caused',
    next: `evenkeel apply${lab}${profile === 'reference' ? ' --profile reference' : ''}`,
  });
}

async function assertLabWhole(lab: string): Promise<void> {
  const { hosts, faults } = await assertLabRunning(lab);
  const off = hosts.filter((host) => !host.running).map((host) => `the machine ${host.name} is off`);
  const caused = faults.map((fault) => `${fault.kind} was caused and not healed`);
  if (off.length + faults.length === 0) return;
  throw new Fault({
    code: 'unhealthy',
    message: `the lab ${lab} is not whole, so a drill would say nothing: ${[...off, ...caused].join('; ')}`,
    state: 'nothing was caused',
    next: 'evenkeel lab fault heal',
  });
}
