import type { AgentConfig } from '../model/agent-config.ts';
import type { AgentPart } from './agent-part.ts';
import { backendsPart, balancerBackends } from './backends/backends-part.ts';
import { balancerFailback, failbackPart } from './failback/failback.ts';
import { balancerClaims, leftoverClaimsPart } from './leftover-claims.ts';
import { balancerMetrics, metricsPart, ownMetricsPart } from './metrics/metrics-part.ts';
import { readinessPart } from './readiness/readiness.ts';
import { reachWord } from './reach-word.ts';
import { sightingsExchange } from './sightings-exchange.ts';
import { hostHands } from './witness/host-hands.ts';
import { answerPart, guardPart, segmentPart } from './witness/witness-parts.ts';

/** What a part can't compute. */
interface Chance {
  /** Milliseconds since the epoch. */
  readonly wallClock: () => number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/** What the agent of a host does, by its role. */
export function agentParts(config: AgentConfig, { wallClock, random }: Chance): ReadonlyMap<string, AgentPart> {
  switch (config.role) {
    case 'balancer': {
      const sightings = sightingsExchange(config.pools);
      const reach = reachWord();
      return new Map([
        ['readiness', readinessPart()],
        [
          'failback',
          failbackPart(balancerFailback({ wallClock, addressesOf: (device) => hostHands(device).addresses(), reach })),
        ],
        ['backends', backendsPart(balancerBackends(wallClock, random), { sightings, reach })],
        ['witness', guardPart(wallClock, sightings)],
        ['segment', segmentPart],
        ['claims', leftoverClaimsPart(balancerClaims(wallClock))],
        [
          'metrics',
          metricsPart(balancerMetrics({ wallClock, addresses: () => hostHands(config.interface).addresses() })),
        ],
      ]);
    }
    case 'nameserver':
      return new Map([
        ['witness', answerPart(wallClock)],
        ['metrics', ownMetricsPart(wallClock)],
      ]);
  }
}
