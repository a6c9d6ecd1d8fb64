import { Fault } from '../base/fault.ts';
import type { DrainedBackend } from '../facts/planned-moves.ts';
import { agentCommand } from '../model/agent-paths.ts';
import { isNamed, poolsWith } from './backend-names.ts';
import type { BackendSight } from './look-at-backend.ts';
import type { MoveWorld } from './move-world.ts';

/** What is to become of a backend, and what the balancers said of it before. */
export interface BackendTurn {
  readonly name: string;
  readonly does: 'drain' | 'undrain';
  readonly sights: readonly BackendSight[];
}

/**
 * Takes a backend out of rotation on every balancer, or back: no reload, no request is broken, and who has a cookie for it stays. It holds over
 * restarts. Throws `host-unreachable` when no balancer could be told.
 */
export async function drainBackend(world: MoveWorld, { name, does, sights }: BackendTurn): Promise<DrainedBackend> {
  const told: string[] = [];
  const silent: { balancer: string; why: string }[] = [];
  for (const { name: balancer } of world.model.balancers) {
    const why = await tell(world, balancer, [`${does}-backend`, `name=${name}`]);
    if (why === '') told.push(balancer);
    else silent.push({ balancer, why });
  }
  if (told.length > 0) return { ...known(world, { name, does, sights }), told, silent };
  throw new Fault({
    code: 'host-unreachable',
    message: `no balancer could be told to ${does} ${name}`,
    said: silent.map(({ balancer, why }) => `${balancer}: ${why}`).join('\n'),
    state: 'nothing was changed',
    next: 'evenkeel status',
  });
}

/** What is known of it without having asked for anything. */
function known({ model }: MoveWorld, { name, does, sights }: BackendTurn): Omit<DrainedBackend, 'told' | 'silent'> {
  const touches = (other: string): boolean => other !== name && (isNamed(other, name) || isNamed(name, other));
  return {
    backend: name,
    does,
    pools: poolsWith(model, name).map((pool) => pool.name),
    before: sights.filter(({ drained }) => drained.includes(name)).map(({ balancer }) => balancer),
    also: [...new Set(sights.flatMap(({ drained }) => drained.filter(touches)))].sort(),
  };
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
