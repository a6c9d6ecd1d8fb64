import { attempt } from './check-attempt.ts';
import type { Attempt, AttemptEnd } from './check-attempt.ts';
import { checkGrpc } from './check-grpc.ts';
import { checkHttp } from './check-http.ts';
import type { CheckResult } from './check-result.ts';
import { checkTcp } from './check-tcp.ts';
import type { CheckTarget } from './check-target.ts';
import type { KeptConnections } from './kept-connections.ts';

/**
 * Asks a backend once. Its connection is closed when the promise resolves, or given to `connections` if there are any. Never rejects:
 * what goes wrong is the result. `signal` ends it early with `skipped`.
 */
export function checkBackend(
  target: CheckTarget,
  signal: AbortSignal,
  connections?: KeptConnections,
): Promise<CheckResult> {
  return attempt({ timeoutMs: target.check.timeoutMs, signal }, (end) => begin(target, end, connections));
}

function begin(target: CheckTarget, end: AttemptEnd, connections: KeptConnections | undefined): Attempt {
  switch (target.check.kind) {
    case 'http':
    case 'https':
      return checkHttp(target, end, connections);
    case 'tcp':
      return checkTcp(target, end);
    case 'grpc':
      return checkGrpc(target, end);
  }
}
