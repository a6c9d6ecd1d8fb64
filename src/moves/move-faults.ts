import { Fault, type FaultDetails } from '../base/fault.ts';
import type { Vip } from '../model/model.ts';
import type { BalancerNow } from './balancer-now.ts';
import type { Obstacle } from './obstacle.ts';

/** The target can't hold the VIP; nothing was changed. */
export function cannotHold(vip: Vip, to: string, { why, next }: Obstacle): Fault {
  return new Fault({
    code: 'unhealthy',
    message: `${to} can't hold ${vip.name}: ${why}`,
    host: to,
    state: 'nothing was changed',
    next,
  });
}

/** A move that began and did not end well. */
export interface BrokenMove {
  readonly vip: Vip;
  readonly to: string;
  readonly before: readonly BalancerNow[];
  /** Who held the VIP before. */
  readonly from: string | undefined;
  /** Who could not be told that everything is to be as before. Undefined: nothing had been changed yet. */
  readonly left: readonly string[] | undefined;
  readonly waitedMs: number;
}

/** What a broken move left, and how to go on. Bugs stay what they are. */
export function brokenMove(move: BrokenMove, error: unknown): unknown {
  const words = stateOf(move);
  if (error instanceof Fault) return new Fault({ next: 'evenkeel status', ...error.details, ...words }, error);
  if (!(error instanceof Error) || (error.name !== 'AbortError' && error.name !== 'TimeIsOver')) return error;
  return new Fault({ ...causeOf(move, error.name), ...words }, error);
}

function causeOf({ vip, to, before, waitedMs }: BrokenMove, name: string): FaultDetails & { readonly next: string } {
  if (name === 'AbortError') {
    const message = `the move of ${vip.name} to ${to} was interrupted`;
    return { code: 'interrupted', message, next: `evenkeel move ${vip.name} ${to}` };
  }
  const message = `${to} did not take ${vip.name} within ${waitedMs / 1000} s`;
  const silent = before.filter((one) => one.silent !== '');
  if (silent.length === 0) {
    const next = `on ${to}: journalctl -u keepalived.service -n 50`;
    return { code: 'verify-failed', message, host: to, next };
  }
  // Whoever was moved there before claims it as loudly as the new one, and nobody could take that back.
  const names = silent.map((one) => one.name).join(', ');
  return {
    code: 'verify-failed',
    message: `${message}; ${names} did not answer and may hold it by an earlier move`,
    host: to,
    said: silent.map((one) => `${one.name}: ${one.silent}`).join('\n'),
    next: `make ${names} answer to ssh, or stop keepalived there; then evenkeel move ${vip.name} ${to}`,
  };
}

/** The state in which the claims are, and the next command if that is no good one. */
function stateOf({ vip, from, left }: BrokenMove): { readonly state: string; readonly next?: string } {
  if (left === undefined) return { state: 'nothing was changed' };
  if (left.length === 0) return { state: `the claims are as before: ${vip.name} stays where it was` };
  const names = left.join(', ');
  return {
    state: `${names} could not be told that the move is off: ${vip.name} may go there, or leave it, when it returns`,
    next: `when ${names} answers again: evenkeel move ${vip.name} ${from ?? vip.preferred}`,
  };
}
