import type { AgentConfig } from '../model/agent-config.ts';
import type { AgentPart } from './agent-part.ts';
import { readinessPart } from './readiness/readiness.ts';

/** What the agent of a host does, by its role. */
export function agentParts(config: AgentConfig): ReadonlyMap<string, AgentPart> {
  switch (config.role) {
    case 'balancer':
      return new Map([['readiness', readinessPart()]]);
    case 'nameserver':
      return new Map();
  }
}
