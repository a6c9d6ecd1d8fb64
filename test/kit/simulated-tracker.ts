import type { Tracker } from '../../src/model/failover-settings.ts';
import type { SimulatedClock } from './simulated-clock.ts';

/** What NGINX's processes do. `dead`: there are none. `hung`: they stand still. `off`: the machine has no power. */
export type NginxState = 'alive' | 'dead' | 'hung' | 'off';

/** Where a tracker looks, and whom it tells. */
export interface TrackerWorld {
  readonly clock: SimulatedClock;
  readonly nginx: () => NginxState;
  /** From 0 to 1: how far into its interval a check was when the simulation began; how much of its time an event takes. */
  readonly phase: number;
  /** The verdict has changed. */
  readonly tell: (verdict: 'well' | 'failed') => void;
}

/** One thing that watches NGINX on one balancer. It begins with the verdict that all is well. */
export interface SimulatedTracker {
  /** NGINX has changed. */
  readonly notice: () => void;
  /** The machine has booted: what was known is forgotten. */
  readonly reset: () => void;
}

/** A tracker as its settings say: told by events, or by checks as a vrrp_script makes them. */
export function simulatedTracker(tracker: Tracker, world: TrackerWorld): SimulatedTracker {
  const { notices, detection } = tracker;
  let verdict: 'well' | 'failed' = 'well';
  const decide = (next: 'well' | 'failed'): void => {
    if (next === verdict) return;
    verdict = next;
    world.tell(next);
  };
  const failing = (): boolean => {
    const state = world.nginx();
    return (state === 'dead' || state === 'hung') && notices.includes(state);
  };
  if (detection.kind === 'event') {
    return {
      notice: () => {
        if (world.nginx() === 'off') return;
        world.clock.after(detection.withinMs * world.phase, () => decide(failing() ? 'failed' : 'well'));
      },
      reset: () => decide('well'),
    };
  }

  const { intervalMs, timeoutMs, fall, rise } = detection;
  // The counter of vrrp_script_child_thread: well from `rise` upwards, full at rise + fall - 1.
  const full = rise + fall - 1;
  let result = full;
  const count = (success: boolean): void => {
    if (success) {
      if (result < rise - 1) result += 1;
      else result = full;
    } else if (result > rise) result -= 1;
    else result = 0;
    decide(result >= rise ? 'well' : 'failed');
  };
  const check = (): void => {
    const state = world.nginx();
    const waits = state === 'hung' && notices.includes('hung');
    // The next one begins an interval after this one began, but not before it has ended.
    world.clock.after(waits ? Math.max(intervalMs, timeoutMs) : intervalMs, check);
    if (state === 'off') return;
    // A dead server refuses at once; a hung one is waited for, and may wake up meanwhile.
    if (waits) world.clock.after(timeoutMs, () => count(!failing()));
    else count(!failing());
  };
  world.clock.after(intervalMs * (1 - world.phase), check);
  return {
    notice: () => {},
    reset: () => {
      result = full;
      decide('well');
    },
  };
}
