import { stateFiles } from '../../model/state-files.ts';
import { witnessPort } from '../../model/witness-paths.ts';
import type { AgentContext, AgentPart } from '../agent-part.ts';
import type { SightingsExchange } from '../sightings-exchange.ts';
import { answerClaims } from './answer-claims.ts';
import { bootStamp } from './boot-stamp.ts';
import { guardVips } from './guard-vips.ts';
import { hostHands } from './host-hands.ts';
import { readWitnessKey } from './read-witness-key.ts';
import { inVrrpGroup } from './vrrp-group.ts';
import { watchSegment } from './watch-segment.ts';
import type { WitnessOptions } from './witness-options.ts';

/** On a balancer: keeps two from holding one VIP, and one that is cut off from holding any (docs/adr/0010-witness.md). */
export function guardPart(wallClock: () => number, sightings: SightingsExchange): AgentPart {
  return async (context, signal) =>
    guardVips(
      {
        ...(await witnessOptions(context, wallClock)),
        hands: hostHands(context.config.interface),
        sightings,
        report: context.report,
      },
      signal,
    );
}

/** On a nameserver: tells each balancer what the others said last. */
export function answerPart(wallClock: () => number): AgentPart {
  return async (context, signal) => answerClaims(await witnessOptions(context, wallClock), signal);
}

/** On a balancer: says who else speaks VRRP with our numbers, or answers for our addresses. */
export async function segmentPart({ config, log, report }: AgentContext, signal: AbortSignal): Promise<void> {
  await Promise.all([
    inVrrpGroup({ addresses: config.addresses, log }, signal),
    watchSegment({ config, hands: hostHands(config.interface), log, report }, signal),
  ]);
}

/** Each beginning is a boot of its own: the sequence of messages begins anew with it. */
async function witnessOptions({ config, log, now }: AgentContext, wallClock: () => number): Promise<WitnessOptions> {
  const key = await readWitnessKey();
  const boot = bootStamp(stateFiles.witnessBoot, { nowMs: wallClock(), log });
  return { config, key, boot, now, log, port: witnessPort };
}
