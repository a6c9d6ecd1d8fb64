import { withTemporary } from './internal-ca.ts';
import { type IssuedCertificate, keepCertificate } from './keep-certificate.ts';
import { openssl } from './openssl.ts';

/** What a certificate is to vouch for: at least one of them. */
export interface CertificateFor {
  readonly names: readonly string[];
  /** IP addresses. */
  readonly addresses: readonly string[];
}

/** Who trusts it has to do so again with each new one, so it lasts; more than 825 days some clients refuse (Apple, HT210176). */
const ownDays = 825;
const renewDays = 30;

/**
 * The certificate kept in `directory` that nobody signed but its own key, or a new one: for names and addresses that the edge's own CA may not
 * vouch for. Whoever trusts it trusts these names and addresses and nothing else. It is made anew with a new key in its last 30 days, or when it is
 * for something else.
 */
export async function openOwnCertificate(
  directory: string,
  wanted: CertificateFor,
  now: Date,
): Promise<IssuedCertificate> {
  return keepCertificate(directory, {
    now,
    renewDays,
    suits: (leaf) =>
      wanted.names.every((name) => leaf.checkHost(name) !== undefined) &&
      wanted.addresses.every((address) => leaf.checkIP(address) !== undefined) &&
      (leaf.subjectAltName ?? '').split(', ').length === alternatives(wanted).length,
    make: () => make(wanted),
  });
}

async function make(wanted: CertificateFor): Promise<IssuedCertificate> {
  const keyPem = await openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']);
  const config = [
    '[req]',
    'distinguished_name=dn',
    'x509_extensions=v3',
    'prompt=no',
    '[dn]',
    `CN=${(wanted.names[0] ?? wanted.addresses[0] ?? '').slice(0, 64)}`,
    '[v3]',
    'basicConstraints=critical,CA:FALSE',
    'keyUsage=critical,digitalSignature',
    'extendedKeyUsage=serverAuth',
    'subjectKeyIdentifier=hash',
    `subjectAltName=${alternatives(wanted).join(',')}`,
    '',
  ].join('\n');
  const chainPem = await withTemporary(keyPem, (key) =>
    withTemporary(config, (file) =>
      openssl(['req', '-x509', '-new', '-sha256', '-key', key, '-days', String(ownDays), '-config', file]),
    ),
  );
  return { chainPem, keyPem };
}

function alternatives({ names, addresses }: CertificateFor): readonly string[] {
  return [...names.map((name) => `DNS:${name}`), ...addresses.map((address) => `IP:${address}`)];
}
