import type { AgentConfig } from '../../model/agent-config.ts';
import { parseArping } from '../../facts/vip-sighting.ts';
import { parseStrangers } from '../../facts/vrrp-strangers.ts';
import { pause } from '../pause.ts';
import type { HostHands } from './host-hands.ts';

/** What a balancer's watch over its segment needs. */
export interface WatchOptions {
  readonly config: AgentConfig;
  readonly hands: Pick<HostHands, 'addresses' | 'askOwner' | 'listStrangers'>;
  readonly log: (line: string) => void;
  /** Called when something is found or is over. */
  readonly report: (state: SegmentState) => void;
  /** Milliseconds between two looks; default 10 s. */
  readonly everyMs?: number;
}

/** Who else is on the segment and should not be. */
export interface SegmentState {
  /** Addresses that speak VRRP with a VRID of ours: another router pair, or one of ours that is not in the edge file. */
  readonly strangers: readonly string[];
  /** VIPs held here (by name) for which another machine answers ARP, and its MACs. */
  readonly conflicts: readonly { readonly vip: string; readonly macs: readonly string[] }[];
}

/**
 * Looks every ten seconds, one process for the strangers and one for each VIP held here: who speaks VRRP with our numbers, and who answers for
 * our addresses. Runs until the signal fires.
 */
export async function watchSegment(options: WatchOptions, signal: AbortSignal): Promise<void> {
  const { hands, log, report, everyMs = 10_000 } = options;
  let last = linesOf({ strangers: [], conflicts: [] });
  let isFirst = true;
  while (!signal.aborted) {
    const strangers = parseStrangers(await hands.listStrangers()) ?? [];
    const state = { strangers, conflicts: await conflictsOf(options) };
    const lines = linesOf(state);
    for (const line of lines.filter((one) => !last.includes(one))) log(line);
    for (const line of last.filter((one) => !lines.includes(one))) log(`over: ${line}`);
    if (isFirst || lines.join('\n') !== last.join('\n')) report(state);
    isFirst = false;
    last = lines;
    await pause(everyMs, signal);
  }
}

/** A VIP that moves while it is asked for is no conflict: it counts if it was here before and after. */
async function conflictsOf({ config, hands }: WatchOptions): Promise<SegmentState['conflicts']> {
  const conflicts: { readonly vip: string; readonly macs: readonly string[] }[] = [];
  for (const { name, addresses } of config.vips) {
    const [address] = addresses;
    if (address === undefined || !hands.addresses().has(address)) continue;
    const macs = parseArping(await hands.askOwner(address));
    if (macs.length > 0 && hands.addresses().has(address)) conflicts.push({ vip: name, macs });
  }
  return conflicts;
}

function linesOf({ strangers, conflicts }: SegmentState): readonly string[] {
  return [
    ...strangers.map(
      (address) => `${address} speaks VRRP with a number (VRID) of this edge; it is not heard, but should use another`,
    ),
    ...conflicts.map(({ vip, macs }) => `${vip} is held here, and ${macs.join(' and ')} answers for it too`),
  ];
}
