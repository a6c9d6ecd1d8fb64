import type { AgentConfig } from '../model/agent-config.ts';
import type { AgentPart } from './agent-part.ts';
import { failbackPart } from './failback/failback.ts';
import { readinessPart } from './readiness/readiness.ts';
import { answerPart, guardPart, segmentPart } from './witness/witness-parts.ts';

/** What the agent of a host does, by its role. */
export function agentParts(config: AgentConfig, wallClock: () => number): ReadonlyMap<string, AgentPart> {
  switch (config.role) {
    case 'balancer':
      return new Map([
        ['readiness', readinessPart()],
        ['failback', failbackPart(wallClock)],
        ['witness', guardPart(wallClock)],
        ['segment', segmentPart],
      ]);
    case 'nameserver':
      return new Map([['witness', answerPart(wallClock)]]);
  }
}
