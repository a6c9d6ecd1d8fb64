import type { Model } from '../model/model.ts';
import { observeStatus } from '../observe/status-observe.ts';
import type { EdgeStatus } from '../report/edge-status.ts';
import { judgeStatus } from '../report/status-judge.ts';
import type { CliContext } from './context.ts';
import type { EdgeHosts } from './edge-hosts.ts';

/** Asks every host what is true now and judges it. A host that does not answer is part of the status, not an error. */
export async function lookAtEdge(context: CliContext, model: Model, edgeHosts: EdgeHosts): Promise<EdgeStatus> {
  const { hosts, client } = edgeHosts;
  const facts = await observeStatus({
    model,
    hosts,
    client,
    now: context.now,
    emit: context.emit,
  });
  return judgeStatus(model, facts);
}
