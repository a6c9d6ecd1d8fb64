/** The agent's unit, on balancers and nameservers. */
export const agentUnit = 'evenkeel-agent.service';

/**
 * How an agent that is gone comes back: systemd ends it after `watchdogMs` without a sign of life, and starts it `restartMs`
 * later; its Node.js takes up to `startMs`, a choice for a busy host. Milliseconds.
 */
export const agentReturn = { watchdogMs: 10_000, restartMs: 1_000, startMs: 2_000 } as const;

/** The command that starts the agent, or asks it: `evenkeel-agent run`, `evenkeel-agent ask status`. A script over the two below. */
export const agentCommand = '/usr/local/lib/evenkeel/agent';

/** The agent's program: one file that needs Node.js and nothing else. */
export const agentProgramPath = '/usr/local/lib/evenkeel/agent.mjs';

/** Directory of the agent's own socket; only root may enter it. */
export const agentDirectory = '/run/evenkeel/agent';

/** Where the agent answers: one JSON object a line, one line back for each. */
export const agentSocket = `${agentDirectory}/agent.sock`;

/** Where the Node.js that runs the agent lies. Its version tells it apart, so that a new one never overwrites one that runs. */
export function runtimePath(version: string): string {
  return `${runtimePrefix}${version}`;
}

/** How the path of every Node.js that evenkeel put on a host begins. */
export const runtimePrefix = '/usr/local/lib/evenkeel/node-';
