import { Fault } from '../base/fault.ts';
import type { DrainedBackend } from '../facts/planned-moves.ts';
import { agentCommand } from '../model/agent-paths.ts';
import type { Model } from '../model/model.ts';
import type { MoveWorld } from './move-vip.ts';

/** Whether a pool has a backend of this name: `web1`, or `web1:8080` for one of its ports. */
export function isBackend(model: Model, name: string): boolean {
  return backendNames(model).some((known) => known === name || known.startsWith(`${name}:`));
}

/** Every backend of every pool as `NAME:PORT`, each once. */
export function backendNames(model: Model): readonly string[] {
  return [...new Set(model.pools.flatMap((pool) => pool.backends.map(({ name, port }) => `${name}:${port}`)))];
}

/**
 * Takes a backend out of rotation on every balancer, or back: no reload, no request is broken, and who has a cookie for it stays. It holds over
 * restarts. Throws `host-unreachable` when no balancer could be told.
 */
export async function drainBackend(world: MoveWorld, name: string, does: 'drain' | 'undrain'): Promise<DrainedBackend> {
  const told: string[] = [];
  const silent: { balancer: string; why: string }[] = [];
  for (const { name: balancer } of world.model.balancers) {
    const why = await tell(world, balancer, [`${does}-backend`, `name=${name}`]);
    if (why === '') told.push(balancer);
    else silent.push({ balancer, why });
  }
  if (told.length > 0) return { backend: name, does, told, silent };
  throw new Fault({
    code: 'host-unreachable',
    message: `no balancer could be told to ${does} ${name}`,
    said: silent.map(({ balancer, why }) => `${balancer}: ${why}`).join('\n'),
    state: 'nothing was changed',
    next: 'evenkeel status',
  });
}

/** Empty when the agent did it; else why not. */
async function tell(world: MoveWorld, balancer: string, words: readonly string[]): Promise<string> {
  try {
    const host = world.hosts.get(balancer);
    if (host === undefined) return 'no connection to it was opened';
    const outcome = await host.run({ argv: [agentCommand, 'ask', ...words] });
    return outcome.exitCode === 0 ? '' : outcome.stderr.trim() || `the agent ended with ${outcome.exitCode}`;
  } catch (error) {
    if (error instanceof Fault) return error.message;
    throw error;
  }
}
