import type { Model } from '../model/model.ts';
import { concreteName, vipAddresses } from '../model/vip-addresses.ts';
import type { ProbePair } from './probe-minute.ts';

/** Questions in one second at most: each is a TLS handshake, here and on a balancer. */
export const atOnce = 200;
/** Pairs that are asked at all: every ten seconds then. */
const mostPairs = 2_000;
/** The names have to fit into one command line (execve(2), MAX_ARG_STRLEN). Characters. */
const mostCharacters = 64_000;

/** What is asked, and how often. */
export interface ProbeRounds {
  readonly pairs: readonly ProbePair[];
  /** From one question to a pair to the next one: a second, or more when there are too many pairs. Milliseconds. */
  readonly everyMs: number;
  /** Pairs beyond the limits, of which nothing is known. */
  readonly notAsked: number;
}

/**
 * Each site through each address of its VIPs: sites in the order of the file, all IPv4 first, so that where there are too many no IPv6 takes
 * the place of the only address that others have. A wildcard is asked for by a name that it covers.
 */
export function probeRounds(model: Model): ProbeRounds {
  const both = model.sites.flatMap((site) =>
    vipAddresses(model)
      .filter(({ vip }) => site.vips.includes(vip.name))
      .map(({ vip, address }): ProbePair => ({
        vip: vip.name,
        family: address.family,
        site: site.name,
        name: concreteName(site.names[0]),
        address: address.text,
      })),
  );
  const all = both.toSorted((a, b) => a.family - b.family);
  let characters = 0;
  const fitting = all.findIndex(({ name }) => (characters += name.length + 8) > mostCharacters);
  const pairs = all.slice(0, Math.min(mostPairs, fitting < 0 ? all.length : fitting));
  return {
    pairs,
    everyMs: 1_000 * Math.max(1, Math.ceil(pairs.length / atOnce)),
    notAsked: all.length - pairs.length,
  };
}
