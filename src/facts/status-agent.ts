import { isObject, numberAt, objectAt, objectsOf, textAt, textsOf } from './fields.ts';
import type { JsonObject } from './fields.ts';

/** What the agent of a host sees and does, by the last word of each of its parts. Durations are milliseconds. */
export interface AgentSight {
  /** Cut off from all others: every VIP was let go of. */
  readonly isolated: boolean;
  /** VIPs, by name, that this balancer left to another one because the witnesses say so. */
  readonly yielded: readonly string[];
  /** In the agent's words, one for each. */
  readonly alarms: readonly string[];
  /** Addresses that speak VRRP with a VRID of this edge. */
  readonly strangers: readonly string[];
  /** VIPs held there for which another machine answers. */
  readonly conflicts: readonly { readonly vip: string; readonly macs: readonly string[] }[];
  /** It reaches no backend, and another balancer does. */
  readonly blind: boolean;
  readonly pools: readonly AgentPoolSight[];
  /** It has just returned, and takes no VIP from another balancer for so long; undefined: it is in service. */
  readonly settlingMs: number | undefined;
  /** Parts that do not run, each with the first line of why. */
  readonly failedParts: readonly { readonly part: string; readonly failure: string }[];
}

/** A pool as one balancer uses it. */
export interface AgentPoolSight {
  readonly pool: string;
  /** So few backends are up that all are used. */
  readonly panic: boolean;
  /** Nothing is left that new requests could go to. */
  readonly empty: boolean;
  /** `name` is `web1:80`; `belief` is `up`, `down`, `unreachable-from-here`, `unknown`; `use` is `up`, `down`, `drain`. */
  readonly backends: readonly { readonly name: string; readonly belief: string; readonly use: string }[];
}

/** Of an agent that says nothing. */
export const nothingSeen: AgentSight = {
  isolated: false,
  yielded: [],
  alarms: [],
  strangers: [],
  conflicts: [],
  blind: false,
  pools: [],
  settlingMs: undefined,
  failedParts: [],
};

/**
 * Reads the answer to `ask status`. An agent of another version may say less, or nothing that is understood: of what it does
 * not say nothing is wrong.
 */
export function parseAgentStatus(answer: unknown): AgentSight {
  const parts = objectAt(answer, 'parts');
  const report = (part: string): JsonObject => objectAt(objectAt(parts, part), 'report');
  const witness = report('witness');
  const segment = report('segment');
  const backends = report('backends');
  const failback = report('failback');
  return {
    isolated: witness['isolated'] === true,
    yielded: [...new Set(textsOf(witness['yielded']))],
    alarms: textsOf(witness['alarms']),
    strangers: textsOf(segment['strangers']),
    conflicts: objectsOf(segment['conflicts']).map((one) => ({ vip: textAt(one, 'vip'), macs: textsOf(one['macs']) })),
    blind: backends['blind'] === true,
    pools: objectsOf(backends['pools']).map(poolSight),
    settlingMs: failback['settling'] === true ? numberAt(failback, 'leftMs') : undefined,
    failedParts: Object.entries(parts).flatMap(([part, state]) => failedPart(part, state)),
  };
}

function poolSight(pool: JsonObject): AgentPoolSight {
  return {
    pool: textAt(pool, 'pool'),
    panic: pool['panic'] === true,
    empty: pool['empty'] === true,
    backends: objectsOf(pool['backends']).map((one) => ({
      name: textAt(one, 'name'),
      belief: textAt(one, 'belief'),
      use: textAt(one, 'use'),
    })),
  };
}

/** A part that failed once and runs again is well: its `failure` stays, its `state` does not. */
function failedPart(part: string, state: unknown): AgentSight['failedParts'] {
  if (!isObject(state) || state['state'] !== 'failed') return [];
  // The rest is where in the program it happened.
  const [failure = ''] = textAt(state, 'failure').split('\n');
  return [{ part, failure: failure.trim() }];
}
