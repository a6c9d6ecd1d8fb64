/**
 * Days left from which on a certificate is a warning, and an error. Short-lived leaves of the internal CA are renewed by `apply`, so the
 * warning is counted in days and not in parts of a lifetime.
 */
const certificateLimits = { warningDays: 7, errorDays: 2 } as const;

/** How urgent it is to renew a certificate; one that has ended has fewer than 0 days left. */
export function certificateUrgency(daysLeft: number): 'none' | 'warning' | 'error' {
  if (daysLeft <= certificateLimits.errorDays) return 'error';
  return daysLeft <= certificateLimits.warningDays ? 'warning' : 'none';
}
