import { connect } from 'node:net';
import type { Attempt, AttemptEnd } from './check-attempt.ts';
import type { CheckTarget } from './check-target.ts';

/** Only connects. */
export function checkTcp({ address, port }: CheckTarget, end: AttemptEnd): Attempt {
  const socket = connect({ host: address, port, autoSelectFamily: false });
  socket.once('connect', end.passed);
  socket.on('error', end.broken);
  return { close: () => socket.destroy(), awaited: () => 'connection' };
}
