import type { Claim, ClaimsMessage, Report } from './witness-message.ts';
import { maxReports } from './witness-message.ts';

/** What was last heard of each balancer. */
export type ClaimsBook = ReadonlyMap<string, HeardClaims>;

/** A balancer's last claims. `at`: when they came, by the clock of whoever heard them, in milliseconds. */
export interface HeardClaims {
  readonly at: number;
  readonly claims: readonly Claim[];
}

/** The book with these claims in it: one entry for each balancer, so it grows no further than there are known ones. */
export function writeDown(book: ClaimsBook, message: ClaimsMessage, now: number): ClaimsBook {
  return new Map(book).set(message.sender, { at: now, claims: message.claims });
}

/** What a witness answers this balancer: the last words of the others, the newest first, without VIPs that they do not hold. */
export function reportsFor(book: ClaimsBook, asker: string, now: number): readonly Report[] {
  return [...book]
    .filter(([balancer]) => balancer !== asker)
    .toSorted(([, a], [, b]) => b.at - a.at)
    .slice(0, maxReports)
    .map(([balancer, { at, claims }]) => ({
      balancer,
      ageMs: now - at,
      claims: claims.filter((claim) => claim.isMaster),
    }));
}
