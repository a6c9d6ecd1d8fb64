import type { Release } from '../base/release.ts';

/** What a host's daemons are, as far as the rendered text depends on it. Versions are `major.minor.patch`. */
export interface Platform {
  readonly release: Release;
  readonly nginx: string;
  readonly keepalived: string;
  readonly powerdns: string;
}

/** The daemons of each release as of 2026-11. */
export const releasePlatforms: Readonly<Record<Release, Platform>> = {
  debian12: { release: 'debian12', nginx: '1.22.1', keepalived: '2.2.7', powerdns: '4.7.3' },
  debian13: { release: 'debian13', nginx: '1.26.3', keepalived: '2.3.3', powerdns: '4.9.18' },
};
