import { attempt } from './check-attempt.ts';
import type { Attempt, AttemptEnd } from './check-attempt.ts';
import { checkGrpc } from './check-grpc.ts';
import { checkHttp } from './check-http.ts';
import type { CheckResult } from './check-result.ts';
import { checkTcp } from './check-tcp.ts';
import type { CheckTarget } from './check-target.ts';

/**
 * Asks a backend once, over a connection of its own that is closed when the promise resolves. Never rejects: what goes
 * wrong is the result. `signal` ends it early with `skipped`.
 */
export function checkBackend(target: CheckTarget, signal: AbortSignal): Promise<CheckResult> {
  return attempt({ timeoutMs: target.check.timeoutMs, signal }, (end) => begin(target, end));
}

function begin(target: CheckTarget, end: AttemptEnd): Attempt {
  switch (target.check.kind) {
    case 'http':
    case 'https':
      return checkHttp(target, end);
    case 'tcp':
      return checkTcp(target, end);
    case 'grpc':
      return checkGrpc(target, end);
  }
}
