import type { LookTurns } from './edge-status.ts';

/** A site, by its name in the edge file, or a DNS question: `devops.com A`. */
export interface SubjectInTurns {
  readonly of: keyof LookTurns;
  readonly what: string;
}

/** The site or the question that a problem is about; undefined: it is about nothing that is asked in turns. */
export function subjectInTurns({
  code,
  subject,
}: {
  readonly code: string;
  readonly subject: string;
}): SubjectInTurns | undefined {
  if (code === 'site-failing' || code.startsWith('certificate')) return { of: 'sites', what: subject };
  if (code !== 'name-wrong' && code !== 'name-incomplete') return undefined;
  // Behind the name of the nameserver.
  return { of: 'names', what: subject.slice(subject.indexOf(' ') + 1) };
}
