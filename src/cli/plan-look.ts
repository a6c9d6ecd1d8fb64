import { ignoreEvents } from '../base/event.ts';
import { isEmptyPlan, planRefusals } from '../plan/plan.ts';
import { printPlan } from '../report/print-plan.ts';
import { plainStyle } from '../report/text-style.ts';
import type { PlanLook } from '../server/watch-plan.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import type { EdgeHosts } from './edge-hosts.ts';
import { lookForPlan } from './edge-plan.ts';
import { completeCommands } from './invocation.ts';

/** What `evenkeel plan` would say now, for the dashboard. Changes no host, and leaves open connections as they are. Throws a Fault. */
export async function planLook(
  context: Pick<CliContext, 'now' | 'invocation'>,
  edge: Edge,
  { hosts }: Pick<EdgeHosts, 'hosts'>,
): Promise<PlanLook> {
  const { plan } = await lookForPlan({ now: context.now, emit: ignoreEvents }, edge, hosts);
  const text = completeCommands(printPlan(plan, plainStyle), context.invocation);
  const differ = plan.hosts.filter(({ changes }) => changes.length > 0).map(({ host }) => host);
  if (planRefusals(plan).length > 0) return { state: 'failed', hosts: differ, text };
  const counts = plan.hosts.map(({ host, changes }) => ({
    host,
    changes: changes.length,
    drifted: changes.filter((change) => change.kind === 'file' && change.drifted).length,
  }));
  return { state: isEmptyPlan(plan) ? 'nothing' : 'changes', hosts: differ, counts, text };
}
