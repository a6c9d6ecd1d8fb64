import type { StatusProblem } from './edge-status.ts';

/** What a problem says. */
export type ProblemWords = Pick<StatusProblem, 'message' | 'next'>;

/** A problem that makes the edge unhealthy. */
export function error(code: StatusProblem['code'], subject: string, words: ProblemWords): StatusProblem {
  return { code, severity: 'error', subject, ...words };
}

/** A problem that leaves the edge healthy. */
export function warning(code: StatusProblem['code'], subject: string, words: ProblemWords): StatusProblem {
  return { code, severity: 'warning', subject, ...words };
}
