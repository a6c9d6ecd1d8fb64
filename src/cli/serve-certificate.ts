import { X509Certificate } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { parseAddress } from '../base/address.ts';
import { isWithin } from '../base/dns-name.ts';
import { Fault } from '../base/fault.ts';
import { tryGivenCertificate } from '../certs/given-certificate.ts';
import { openInternalCa } from '../certs/internal-ca.ts';
import type { IssuedCertificate } from '../certs/keep-certificate.ts';
import { openOwnCertificate } from '../certs/own-certificate.ts';
import { issueInternal } from '../certs/site-certificate.ts';
import { takeFileLock } from '../hosts/file-lock.ts';
import { caDomains } from '../model/ca-domains.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { keepOutOfGit } from './edge-material.ts';
import type { Access } from './serve-access.ts';
import { isLoopback } from '../base/loopback.ts';
import { isAnyAddress, type Listen } from './serve-listen.ts';

/** The certificate that the dashboard shows browsers. */
export interface ServeCertificate extends IssuedCertificate {
  /** What makes a browser trust it, in a sentence; undefined: it was given, and is trusted or not already. */
  readonly trust: string | undefined;
}

interface CertificateRequest {
  readonly edge: Edge;
  readonly access: Extract<Access, { readonly kind: 'accounts' }>;
  readonly listen: Listen;
}

/**
 * The dashboard's certificate as it should be now; asked again it is the renewed one. A given one is read from its files. Else, where
 * every name lies in the domains of the edge's own CA, that CA issues it; that CA may vouch for no address and no other name, so for those it is one that
 * signed itself. Throws `certificate-invalid` or `file-unreadable`.
 */
export async function openServeCertificate(
  context: CliContext,
  { edge, access, listen }: CertificateRequest,
): Promise<ServeCertificate> {
  const now = context.now();
  if (access.tls.kind === 'files') {
    const [certificate, key] = [resolve(context.cwd, access.tls.certificate), resolve(context.cwd, access.tls.key)];
    const read = await tryGivenCertificate({ site: 'dashboard', certificate, key }, now);
    if (read.ok) return { ...read.value, trust: undefined };
    const { kind, message } = read.error;
    throw new Fault({
      code: kind === 'unreadable' ? 'file-unreadable' : 'certificate-invalid',
      message: `the dashboard: ${message}`,
      next: 'give the full chain as PEM, leaf first, and its key: --tls-cert FILE --tls-key FILE; or none, then one is made',
    });
  }
  const place = join(edge.stateDirectory, 'serve');
  const { names, addresses } = vouchedFor(access.names, listen);
  await keepOutOfGit(dirname(edge.stateDirectory));
  // A command that makes the CA at the same moment must not make a second one.
  const lock = await takeFileLock(join(edge.stateDirectory, 'lock'));
  try {
    const domains = caDomains(edge.model);
    const [first, ...others] = names;
    const own = first !== undefined && names.every((name) => domains.some((domain) => isWithin(name, domain)));
    if (own && access.names.every((name) => parseAddress(name) === undefined)) {
      const ca = await openInternalCa(join(edge.stateDirectory, 'ca'), { edge: edge.model.name, domains }, now);
      const issued = await issueInternal(place, { name: 'tls', names: [first, ...others] }, { ca, now });
      return { ...issued, trust: `It is trusted with the edge's own CA: ${join(edge.stateDirectory, 'ca/root.crt')}` };
    }
    const made = await openOwnCertificate(join(place, 'own'), { names, addresses }, now);
    const { fingerprint256 } = new X509Certificate(made.chainPem);
    return {
      ...made,
      trust:
        `Its certificate signed itself: trust ${join(place, 'own/chain.pem')}, ` +
        `or let the browser go on when it shows this SHA-256: ${fingerprint256}`,
    };
  } finally {
    await lock.release();
  }
}

/** What browsers call it by. */
function vouchedFor(
  given: readonly string[],
  listen: Listen,
): { readonly names: readonly string[]; readonly addresses: readonly string[] } {
  const isAddress = (name: string): boolean => parseAddress(name) !== undefined;
  const addresses = [...given.filter(isAddress), ...(isAnyAddress(listen) ? [] : [listen.address])];
  const names = given.filter((name) => !isAddress(name));
  return {
    names: names.length === 0 && isLoopback(listen.address) ? ['localhost'] : names,
    addresses: [...new Set(addresses)],
  };
}
