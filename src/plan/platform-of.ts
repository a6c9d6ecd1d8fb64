import type { Release } from '../base/release.ts';
import type { FaultDetails } from '../base/fault.ts';
import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import { upstreamVersion } from '../facts/packages.ts';
import { releasePlatforms } from '../render/platform.ts';
import type { Platform } from '../render/platform.ts';

/** Packages whose versions a Platform is made of: ask every host for them. */
export const platformPackages = ['nginx', 'keepalived', 'pdns-server'] as const;

/**
 * What a host's daemons are: installed, or what apt would install, or (apt knows nothing yet) what the release has.
 * Any system but Debian 12 and 13 is refused by name.
 */
export function platformOf(facts: HostFacts): Result<Platform, FaultDetails> {
  const release = releaseOf(facts);
  if (release === undefined) {
    const { id, versionId } = facts.os;
    return failure({
      code: 'unsupported-release',
      message: `${facts.host} runs ${id === '' ? 'an unknown system' : `${id} ${versionId}`.trim()}; evenkeel configures Debian 12 and 13`,
      host: facts.host,
      state: 'nothing was changed',
      next: `Install Debian 13 on ${facts.host}, or take it out of the edge file`,
    });
  }
  const known = releasePlatforms[release];
  const version = (name: string): string | undefined => {
    const found = facts.packages.get(name) ?? facts.candidates.get(name);
    return found === undefined ? undefined : upstreamVersion(found);
  };
  return success({
    release,
    nginx: version('nginx') ?? known.nginx,
    keepalived: version('keepalived') ?? known.keepalived,
    powerdns: version('pdns-server') ?? known.powerdns,
  });
}

function releaseOf(facts: HostFacts): Release | undefined {
  if (facts.os.id !== 'debian') return undefined;
  if (facts.os.versionId === '12') return 'debian12';
  return facts.os.versionId === '13' ? 'debian13' : undefined;
}
