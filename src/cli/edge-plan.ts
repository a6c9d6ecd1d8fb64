import { type PreparedPlan, type PrepareOptions, preparePlan } from '../apply/prepare-plan.ts';
import { connectHosts } from '../hosts/connect-hosts.ts';
import type { Host } from '../hosts/host.ts';
import { renderEdge } from '../render/render-edge.ts';
import { openAgent } from './agent-delivery.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { openMaterial } from './edge-material.ts';
import { assertProved } from './edge-proof.ts';

/**
 * Proves the edge, looks at every managed host and computes what would change. Throws `InvalidInput` for an edge that
 * can't fail over (nothing was looked at then), and `HostsUnreachable` naming every host that can't be
 * used.
 */
export async function planEdge(
  context: CliContext,
  edge: Edge,
  hosts: ReadonlyMap<string, Host>,
): Promise<PreparedPlan> {
  const task = 'plan';
  const began = context.now();
  const { emit } = context;
  assertProved(context, edge);
  emit({ code: 'task-started', level: 'progress', data: { task, title: `looking at ${hosts.size} hosts` } });
  const render = await rendering(context, edge);
  await connectHosts([...hosts.values()]);
  const prepared = await preparePlan({ model: edge.model, hosts, render, now: began });
  const ms = context.now().getTime() - began.getTime();
  emit({ code: 'task-done', level: 'progress', data: { task, note: 'looked at all hosts', ms } });
  return prepared;
}

/**
 * Computes what would change over connections that others use too: `planEdge` proves the edge first, and closes all of them when one host can't be
 * reached. Throws a Fault then.
 */
export async function lookForPlan(
  context: Pick<CliContext, 'now' | 'emit'>,
  edge: Edge,
  hosts: ReadonlyMap<string, Host>,
): Promise<PreparedPlan> {
  const render = await rendering(context, edge);
  return preparePlan({ model: edge.model, hosts, render, now: context.now() });
}

async function rendering(
  { now, emit }: Pick<CliContext, 'now' | 'emit'>,
  edge: Edge,
): Promise<PrepareOptions['render']> {
  const { certificates, ticketKeys, witnessKey } = await openMaterial(edge, now(), emit);
  const agent = await openAgent();
  return (part) => renderEdge({ ...part, certificates, ticketKeys, witnessKey, agent });
}
