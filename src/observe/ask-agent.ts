import { nothingSeen, parseAgentStatus } from '../facts/status-agent.ts';
import type { AgentAnswer } from '../facts/status-facts.ts';
import type { Host } from '../hosts/host.ts';
import { agentCommand } from '../model/agent-paths.ts';
import { ask } from './status-ask.ts';

/** Milliseconds for Node.js to start on a busy host and for the agent to answer. */
const agentMs = 8_000;

/** Asks the agent of a host how it is and what it sees, on its own socket; undefined when the host itself does not answer. */
export async function askAgent(host: Host): Promise<AgentAnswer | undefined> {
  const asked = await ask(host, { argv: [agentCommand, 'ask', 'status'], timeoutMs: agentMs });
  if (asked.kind === 'silent') return undefined;
  const { exitCode, stdout, stderr } = asked.outcome;
  if (exitCode === 0) return { state: 'active', reason: '', sight: parseAgentStatus(stdout) };
  // sh(1): 126 and 127 are a program that can't be run or is not there.
  if (exitCode === 126 || exitCode === 127) return { state: 'missing', reason: stderr.trim(), sight: nothingSeen };
  return { state: 'silent', reason: stderr.trim(), sight: nothingSeen };
}
