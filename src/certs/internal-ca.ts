import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isWithin } from '../base/dns-name.ts';
import { openssl } from './openssl.ts';
import { readIfThere, writePrivate } from './private-files.ts';

/** What the edge's own CA may vouch for: nothing outside can be issued, even with its stolen key (RFC 5280 4.2.1.10). */
export interface CaScope {
  /** The edge's name; stands in the CA's subject. */
  readonly edge: string;
  /** DNS names whose subtrees are permitted, e.g. `devops.com`. */
  readonly domains: readonly string[];
}

/** The edge's own CA: a root to be trusted by clients, and the issuing CA under it. PEM. */
export interface InternalCa {
  readonly rootPem: string;
  readonly issuingPem: string;
  /** Path of the issuing CA's key; its content never leaves that file. */
  readonly issuingKeyPath: string;
  /** False when it was made just now: clients have to trust the new root. */
  readonly existing: boolean;
}

const rootDays = 3650;
const issuingDays = 1825;
const day = 86_400_000;

/**
 * Opens the CA kept in `directory`, or makes one: P-384 root for 10 years with critical name constraints, issuing CA
 * (pathlen 0) for 5 years. An issuing CA in its last 60 days is made anew under the same root. A CA whose scope lacks
 * a domain is replaced, because its constraints would make clients refuse the new name.
 */
export async function openInternalCa(directory: string, scope: CaScope, now: Date): Promise<InternalCa> {
  const paths = {
    rootKey: join(directory, 'root.key'),
    rootPem: join(directory, 'root.crt'),
    issuingKey: join(directory, 'issuing.key'),
    issuingPem: join(directory, 'issuing.crt'),
    scope: join(directory, 'scope.json'),
  };
  const [rootPem, issuingPem, scopeText] = await Promise.all(
    [paths.rootPem, paths.issuingPem, paths.scope].map((path) => readIfThere(path)),
  );
  const covered = scopeText !== undefined && coversScope(scopeText, scope);
  if (rootPem !== undefined && covered) {
    if (issuingPem !== undefined && daysLeft(issuingPem, now) > 60) {
      return { rootPem, issuingPem, issuingKeyPath: paths.issuingKey, existing: true };
    }
    return { ...(await makeIssuing(paths, scope)), rootPem, existing: true };
  }
  await makeRoot(paths, scope);
  const issuing = await makeIssuing(paths, scope);
  // The scope is written last: an interrupted making is simply made again.
  await writePrivate(paths.scope, `${JSON.stringify({ domains: [...scope.domains].sort() })}\n`);
  return { ...issuing, rootPem: (await readIfThere(paths.rootPem)) ?? '', existing: false };
}

interface CaPaths {
  readonly rootKey: string;
  readonly rootPem: string;
  readonly issuingKey: string;
  readonly issuingPem: string;
}

async function makeRoot(paths: CaPaths, scope: CaScope): Promise<void> {
  const key = await openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384']);
  await writePrivate(paths.rootKey, key);
  const permitted = scope.domains.map((domain) => `permitted;DNS:${domain}`);
  // Without these an address certificate could still be issued: a constraint binds only the name forms it names.
  const noAddresses = ['excluded;IP:0.0.0.0/0.0.0.0', 'excluded;IP:::/::'];
  const config = [
    '[req]',
    'distinguished_name=dn',
    'x509_extensions=v3',
    'prompt=no',
    '[dn]',
    `CN=evenkeel root of ${scope.edge}`,
    '[v3]',
    'basicConstraints=critical,CA:TRUE,pathlen:1',
    'keyUsage=critical,keyCertSign,cRLSign',
    'subjectKeyIdentifier=hash',
    `nameConstraints=critical,${[...permitted, ...noAddresses].join(',')}`,
    '',
  ].join('\n');
  const pem = await withTemporary(config, (file) =>
    openssl(['req', '-x509', '-new', '-sha384', '-key', paths.rootKey, '-days', String(rootDays), '-config', file]),
  );
  await writePrivate(paths.rootPem, pem);
}

async function makeIssuing(
  paths: CaPaths,
  scope: CaScope,
): Promise<{ readonly issuingPem: string; readonly issuingKeyPath: string }> {
  const key = await openssl(['genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256']);
  await writePrivate(paths.issuingKey, key);
  const subject = `/CN=evenkeel issuing CA of ${scope.edge}`;
  const request = await openssl(['req', '-new', '-key', paths.issuingKey, '-subj', subject]);
  const extensions = [
    'basicConstraints=critical,CA:TRUE,pathlen:0',
    'keyUsage=critical,keyCertSign,cRLSign',
    'extendedKeyUsage=serverAuth',
    'subjectKeyIdentifier=hash',
    'authorityKeyIdentifier=keyid',
    '',
  ].join('\n');
  const signer = ['-CA', paths.rootPem, '-CAkey', paths.rootKey, '-days', String(issuingDays), '-sha384'];
  const pem = await withTemporary(extensions, (file) =>
    openssl(['x509', '-req', ...signer, '-extfile', file], request),
  );
  await writePrivate(paths.issuingPem, pem);
  return { issuingPem: pem, issuingKeyPath: paths.issuingKey };
}

/** Gives `use` the path of a temporary file with this content, and removes it afterwards. */
export async function withTemporary<T>(content: string, use: (path: string) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'evenkeel-'));
  try {
    const file = join(directory, 'openssl.cnf');
    await writeFile(file, content, { mode: 0o600 });
    return await use(file);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Days until the first certificate of a PEM text expires; negative when it has. */
export function daysLeft(pem: string, now: Date): number {
  return (new X509Certificate(pem).validToDate.getTime() - now.getTime()) / day;
}

function coversScope(scopeText: string, scope: CaScope): boolean {
  try {
    const parsed: unknown = JSON.parse(scopeText);
    if (typeof parsed !== 'object' || parsed === null || !('domains' in parsed)) return false;
    const { domains } = parsed;
    if (!Array.isArray(domains)) return false;
    return scope.domains.every((wanted) =>
      domains.some((domain: unknown) => typeof domain === 'string' && isWithin(wanted, domain)),
    );
  } catch {
    return false;
  }
}
