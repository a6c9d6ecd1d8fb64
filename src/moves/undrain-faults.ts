import { Fault } from '../base/fault.ts';
import type { Obstacle } from './obstacle.ts';

/** The balancer could not be asked, so nothing was changed. */
export function notAnswering(balancer: string, why: string): Fault {
  return new Fault({
    code: 'unhealthy',
    message: `${balancer} can't be asked: ${why}`,
    host: balancer,
    state: 'nothing was changed',
    next: 'evenkeel status',
  });
}

/** VIPs that are to come home. */
export interface HomeComing {
  readonly balancer: string;
  /** Names of the VIPs that prefer it; empty when none does. */
  readonly vips: readonly string[];
}

/** It is drained no more, and something else keeps it out of service. */
export function inTheWay({ balancer, vips }: HomeComing, { why, next }: Obstacle): Fault {
  const [stay, state] = wayHome({ balancer, vips });
  return new Fault({
    code: 'unhealthy',
    message: `${balancer} is drained no more, but ${stay}: ${why}`,
    host: balancer,
    state,
    next,
  });
}

/** What does not happen, and what is the case instead. */
function wayHome({ balancer, vips }: HomeComing): readonly [string, string] {
  const names = vips.join(', ');
  switch (vips.length) {
    case 0:
      return ['it can hold no VIP', `the drain is over; ${balancer} takes part as soon as it is well`];
    case 1:
      return [
        `${names} does not come home`,
        `the drain is over; ${names} is served where it was, and comes home by itself when ${balancer} is well`,
      ];
    default:
      return [
        `${names} do not come home`,
        `the drain is over; ${names} are served where they were, and come home by themselves when ${balancer} is well`,
      ];
  }
}

/** Nothing is known to be in the way, and they are not there. */
export function notHome({ balancer, vips }: HomeComing, waitedMs: number, error: unknown): Fault {
  return new Fault(
    {
      code: 'verify-failed',
      message: `${vips.join(', ')} did not come home to ${balancer} within ${waitedMs / 1000} s`,
      host: balancer,
      state: `${balancer} is in service, and the VIPs are served where they were`,
      next: `on ${balancer}: journalctl -u keepalived.service -n 50`,
    },
    error,
  );
}

/** The person stopped waiting. */
export function notWaitedFor({ balancer, vips }: HomeComing, error: unknown): Fault {
  return new Fault(
    {
      code: 'interrupted',
      message: `it was not waited until ${vips.join(', ')} came home to ${balancer}`,
      state: `${balancer} is in service, and its VIPs come home by themselves`,
      next: 'evenkeel status',
    },
    error,
  );
}
