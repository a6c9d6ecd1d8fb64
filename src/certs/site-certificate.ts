import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { type InternalCa, withTemporary } from './internal-ca.ts';
import { type IssuedCertificate, keepCertificate } from './keep-certificate.ts';
import { openssl } from './openssl.ts';

/** What a leaf is for. */
export interface LeafRequest {
  /** The site's name; names the directory. */
  readonly name: string;
  readonly names: readonly [string, ...string[]];
}

const leafDays = 30;
const renewDays = 10;

/**
 * The leaf kept in `directory` for this site, or a new one: ECDSA P-256, 30 days, a new key each time. It is renewed
 * when under 10 days are left, when its names changed, or when another CA issued it.
 */
export async function issueInternal(
  directory: string,
  request: LeafRequest,
  { ca, now }: { readonly ca: InternalCa; readonly now: Date },
): Promise<IssuedCertificate> {
  return keepCertificate(join(directory, safeName(request.name)), {
    now,
    renewDays,
    suits: (leaf, chainPem) =>
      leaf.checkIssued(new X509Certificate(ca.issuingPem)) &&
      chainPem.endsWith(ca.issuingPem) &&
      certificateNames(chainPem).join() === [...request.names].sort().join(),
    make: () => issue(request, ca),
  });
}

async function issue(request: LeafRequest, ca: InternalCa): Promise<IssuedCertificate> {
  const keyPem = await openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']);
  const leaf = await withTemporary(keyPem, async (keyFile) => {
    // The common name holds 64 characters at most (RFC 5280, ub-common-name); clients read the SAN.
    const requestPem = await openssl(['req', '-new', '-key', keyFile, '-subj', `/CN=${request.names[0].slice(0, 64)}`]);
    const extensions = [
      'basicConstraints=critical,CA:FALSE',
      'keyUsage=critical,digitalSignature',
      'extendedKeyUsage=serverAuth',
      'subjectKeyIdentifier=hash',
      'authorityKeyIdentifier=keyid',
      `subjectAltName=${request.names.map((name) => `DNS:${name}`).join(',')}`,
      '',
    ].join('\n');
    return withTemporary(extensions, async (file) =>
      withTemporary(ca.issuingPem, (caFile) =>
        openssl(
          ['x509', '-req', '-CA', caFile, '-CAkey', ca.issuingKeyPath, '-days', String(leafDays), '-extfile', file],
          requestPem,
        ),
      ),
    );
  });
  return { chainPem: leaf + ca.issuingPem, keyPem };
}

/** The DNS names a certificate vouches for (its SAN), sorted. Throws when the text is no PEM certificate. */
export function certificateNames(pem: string): readonly string[] {
  const alternative = new X509Certificate(pem).subjectAltName ?? '';
  return alternative
    .split(', ')
    .filter((entry) => entry.startsWith('DNS:'))
    .map((entry) => entry.slice('DNS:'.length).toLowerCase())
    .sort();
}

function safeName(site: string): string {
  return site.replaceAll('*', '_').replaceAll(/[^A-Za-z0-9._-]/g, '-');
}
