import { X509Certificate, createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { daysLeft, type InternalCa, withTemporary } from './internal-ca.ts';
import { openssl } from './openssl.ts';
import { readIfThere, writePrivate } from './private-files.ts';

/** A site's leaf with its chain, and its key. PEM. */
export interface IssuedCertificate {
  readonly chainPem: string;
  readonly keyPem: string;
}

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
  const place = join(directory, safeName(request.name));
  const chainPath = join(place, 'chain.pem');
  const keyPath = join(place, 'key.pem');
  const [chainPem, keyPem] = await Promise.all([readIfThere(chainPath), readIfThere(keyPath)]);
  if (chainPem !== undefined && keyPem !== undefined && isUsable({ chainPem, keyPem }, request, { ca, now })) {
    return { chainPem, keyPem };
  }
  const fresh = await issue(request, ca);
  // Key first: a chain without its key is found unusable and issued anew.
  await writePrivate(keyPath, fresh.keyPem);
  await writePrivate(chainPath, fresh.chainPem);
  return fresh;
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

function isUsable(
  certificate: IssuedCertificate,
  request: LeafRequest,
  { ca, now }: { readonly ca: InternalCa; readonly now: Date },
): boolean {
  try {
    const leaf = new X509Certificate(certificate.chainPem);
    return (
      daysLeft(certificate.chainPem, now) > renewDays &&
      leaf.checkIssued(new X509Certificate(ca.issuingPem)) &&
      certificate.chainPem.endsWith(ca.issuingPem) &&
      leaf.checkPrivateKey(createPrivateKey(certificate.keyPem)) &&
      certificateNames(certificate.chainPem).join() === [...request.names].sort().join()
    );
  } catch {
    // Not readable as PEM: issue anew.
    return false;
  }
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
