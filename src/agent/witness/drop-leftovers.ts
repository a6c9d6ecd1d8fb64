import type { HostHands } from './host-hands.ts';
import { periodMs } from './witness-state.ts';

/** So long keepalived has to take away what it holds, once it was told to let go. It needs milliseconds. */
const patienceMs = periodMs;

/** What is known of the VIPs that were left to another balancer. */
export interface LeftoverCase {
  readonly now: number;
  /** Addresses of VIPs this balancer has left. */
  readonly yielded: ReadonlySet<string>;
  /** Every address on the interface. */
  readonly here: ReadonlySet<string>;
}

/**
 * Takes away addresses of VIPs that this balancer has left to another one and that are still here: a keepalived that is told to
 * let go takes its own away, but not one that it does not know of, as an earlier keepalived or a person left it.
 * To be called each period.
 */
export function leftoverDropper({
  hands,
  log,
}: {
  readonly hands: Pick<HostHands, 'drop'>;
  readonly log: (line: string) => void;
}): (of: LeftoverCase) => void {
  const since = new Map<string, number>();
  return ({ now, yielded, here }) => {
    for (const address of since.keys()) if (!yielded.has(address) || !here.has(address)) since.delete(address);
    for (const address of yielded) {
      if (!here.has(address)) continue;
      const first = since.get(address) ?? now;
      since.set(address, first);
      if (now - first < patienceMs) continue;
      log(`${address} was left behind here, and is taken away: another balancer holds it`);
      // Again after as long, should it fail.
      since.set(address, now);
      void hands.drop(address);
    }
  };
}
