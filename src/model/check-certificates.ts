import { certificateNameCovers } from '../base/dns-name.ts';
import type { EdgeDocument } from '../spec/edge-document.ts';
import { listed } from '../spec/nearest.ts';
import { siteNamePlace } from './check-records.ts';
import type { Report } from './findings.ts';
import type { Site } from './model.ts';

/** What is known of a certificate that a site names. */
export type GivenCertificate =
  /** Its DNS names (subjectAltName). */
  | { readonly kind: 'usable'; readonly names: readonly string[] }
  /** `unusable`: it can't serve. `unreadable`: one of its files can't be read here. `message` and `fix` as in a diagnostic. */
  | {
      readonly kind: 'unusable' | 'unreadable';
      readonly about: 'certificate' | 'key';
      readonly message: string;
      readonly fix: string;
    };

/** Site name -> the certificate that the site names. */
export type GivenCertificates = ReadonlyMap<string, GivenCertificate>;

/** Reports certificates that can't serve, and site names that they do not cover. Sites without an entry are not judged. */
export function checkCertificates(sites: readonly Site[], certificates: GivenCertificates, report: Report): void {
  for (const site of sites) {
    const given = certificates.get(site.name);
    if (site.tls.kind !== 'files' || given === undefined) continue;
    if (given.kind !== 'usable') {
      const { about, message, fix } = given;
      const code = given.kind === 'unusable' ? 'EK511' : 'EK512';
      report({ code, path: ['sites', site.name, 'tls', about], part: 'value', message, fix });
      continue;
    }
    const covered = given.names;
    const missing = site.names.filter((name) => !covered.some((pattern) => certificateNameCovers(pattern, name)));
    if (missing.length === 0) continue;
    report({
      code: 'EK507',
      path: ['sites', site.name, 'tls', 'certificate'],
      part: 'value',
      message: `the certificate of the site \`${site.name}\` does not cover ${listed(missing)}; it is for ${covered.length === 0 ? 'no name at all' : listed(covered)}`,
      fix: 'use a certificate for all names of the site, or remove the names from it',
    });
  }
}

/** Reports names for which the internal CA would have to be trusted with a whole top-level domain. */
export function checkInternalNames({ spec }: EdgeDocument, sites: readonly Site[], report: Report): void {
  for (const site of sites) {
    if (site.tls.kind !== 'internal') continue;
    for (const name of site.names.filter((one) => !one.replace(/^\*\./, '').includes('.'))) {
      report({
        code: 'EK513',
        ...siteNamePlace(spec, name),
        message: `\`${name}\` has one label: who trusts the internal CA would trust it for every name below \`${name.replace(/^\*\./, '')}\``,
        fix: `write a name in a domain of yours, for example \`www.shop.home.arpa\`, or give \`tls\` a certificate and a key`,
      });
    }
  }
}
