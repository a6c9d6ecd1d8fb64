import { counted } from '../base/counted.ts';
import { coversName } from '../facts/status-certificate.ts';
import { certificateUrgency } from './certificate-limits.ts';
import type { CertificateStatus, StatusProblem } from './edge-status.ts';
import { error } from './make-problem.ts';

/** What is wrong with the certificates served. */
export function certificateProblems(certificates: readonly CertificateStatus[]): readonly StatusProblem[] {
  return [...Map.groupBy(certificates, (entry) => entry.site).values()].flatMap((served) => [
    ...served.flatMap(oneCertificate),
    ...differences(served),
  ]);
}

function oneCertificate(entry: CertificateStatus): readonly StatusProblem[] {
  const what = `the certificate of ${entry.name} served by ${entry.servedAt} (${entry.address})`;
  if (!coversName(entry, entry.name)) {
    const names = entry.names.join(', ') || entry.subject;
    return [problem('certificate-wrong-name', entry, `${what} is for ${names}`)];
  }
  if (entry.daysLeft < 0) return [problem('certificate-ended', entry, `${what} ended on ${day(entry)}`)];
  const urgency = certificateUrgency(entry.daysLeft);
  if (urgency === 'none') return [];
  const ending = problem(
    'certificate-ending',
    entry,
    `${what} ends on ${day(entry)}, ${counted(entry.daysLeft, 'day')} left`,
  );
  return [{ ...ending, severity: urgency }];
}

function differences(served: readonly CertificateStatus[]): readonly StatusProblem[] {
  const [first] = served;
  const kinds = Map.groupBy(served, (entry) => entry.fingerprint);
  if (first === undefined || kinds.size < 2) return [];
  const groups = [...kinds.values()].map((group) => {
    const places = group.map((entry) => entry.servedAt).join(', ');
    return `${places} until ${group[0] === undefined ? '' : day(group[0])}`;
  });
  return [
    problem('certificates-differ', first, `${first.name} is served with different certificates: ${groups.join('; ')}`),
  ];
}

function problem(code: StatusProblem['code'], entry: CertificateStatus, message: string): StatusProblem {
  const next = 'run evenkeel apply; it renews and distributes certificates';
  return error(code, entry.site, { message, next });
}

function day(entry: CertificateStatus): string {
  return entry.notAfter.slice(0, 10);
}
