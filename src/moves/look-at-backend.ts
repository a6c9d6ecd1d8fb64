import { parseJson } from '../facts/fields.ts';
import { type AgentSight, parseAgentStatus } from '../facts/status-agent.ts';
import { parseDrainedBackends } from '../facts/status-orders.ts';
import { agentCommand } from '../model/agent-paths.ts';
import { stateFiles } from '../model/state-files.ts';
import { ask, printed } from '../observe/status-ask.ts';
import { isNamed, poolsWith } from './backend-names.ts';
import type { MoveWorld } from './move-world.ts';

/** What the balancers know of backends. One that does not answer says nothing. */
export interface BackendSight {
  readonly balancer: string;
  /** Names that are drained there. */
  readonly drained: readonly string[];
  readonly pools: AgentSight['pools'];
}

/** Asks all balancers at once. */
export async function lookAtBackends({ model, hosts }: MoveWorld): Promise<readonly BackendSight[]> {
  return Promise.all(
    model.balancers.map(async ({ name: balancer }) => {
      const host = hosts.get(balancer);
      if (host === undefined) return { balancer, drained: [], pools: [] };
      const [drained, sight] = await Promise.all([
        ask(host, { argv: ['cat', stateFiles.drainedBackends] }),
        ask(host, { argv: [agentCommand, 'ask', 'status'] }),
      ]);
      return {
        balancer,
        drained: parseDrainedBackends(printed(drained)),
        pools: parseAgentStatus(parseJson(printed(sight))).pools,
      };
    }),
  );
}

/** The pools that would have nothing left for new requests, on any balancer, without this backend: the others are none, down or drained. */
export function emptiedPools({ model }: MoveWorld, name: string, sights: readonly BackendSight[]): readonly string[] {
  return poolsWith(model, name)
    .filter((pool) => {
      const places = pool.backends.map((one) => `${one.name}:${one.port}`);
      // Where no agent says which are up, all are believed to be.
      if (places.every((place) => isNamed(name, place))) return true;
      const seen = sights.flatMap((sight) => sight.pools.filter((one) => one.pool === pool.name));
      return seen.some(
        ({ empty, backends }) => !empty && !backends.some((one) => one.use === 'up' && !isNamed(name, one.name)),
      );
    })
    .map((pool) => pool.name);
}
