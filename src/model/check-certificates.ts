import { certificateNameCovers } from '../base/dns-name.ts';
import { listed } from '../spec/nearest.ts';
import type { Report } from './findings.ts';
import type { Site } from './model.ts';

/** Site name -> the DNS names (subjectAltName) of the certificate file that the site names. */
export type CertificateNames = ReadonlyMap<string, readonly string[]>;

/** Reports site names that the given certificate does not cover. Sites without an entry are not judged. */
export function checkCertificates(sites: readonly Site[], certificateNames: CertificateNames, report: Report): void {
  for (const site of sites) {
    const covered = certificateNames.get(site.name);
    if (site.tls.kind !== 'files' || covered === undefined) continue;
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
