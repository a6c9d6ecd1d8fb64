import type { AgentConfig } from '../model/agent-config.ts';
import type { AgentPart } from './agent-part.ts';

/** What the agent of a host does, by its role. */
export function agentParts(_config: AgentConfig): ReadonlyMap<string, AgentPart> {
  return new Map();
}
