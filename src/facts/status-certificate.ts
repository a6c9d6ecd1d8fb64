import { X509Certificate } from 'node:crypto';
import { certificateNameCovers } from '../base/dns-name.ts';

/** A certificate as it was served. */
export interface CertificateFacts {
  /** The common name, or the whole subject without one. */
  readonly subject: string;
  readonly issuer: string;
  /** DNS names and addresses of the subjectAltName (RFC 5280, 4.2.1.6), in their order. */
  readonly names: readonly string[];
  /** ISO 8601, UTC. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** SHA-256, lower-case hex. */
  readonly fingerprint: string;
}

/** Reads the first PEM certificate in a text; undefined when there is none or it is broken. */
export function parseCertificate(text: string): CertificateFacts | undefined {
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(text)?.[0];
  if (pem === undefined) return undefined;
  try {
    const read = new X509Certificate(pem);
    return {
      subject: commonName(read.subject),
      issuer: commonName(read.issuer),
      names: (read.subjectAltName ?? '').split(', ').flatMap((entry) => {
        const [, name] = /^(?:DNS|IP Address):(.+)$/.exec(entry) ?? [];
        return name === undefined ? [] : [name];
      }),
      notBefore: new Date(read.validFrom).toISOString(),
      notAfter: new Date(read.validTo).toISOString(),
      fingerprint: read.fingerprint256.replaceAll(':', '').toLowerCase(),
    };
  } catch {
    return undefined;
  }
}

/** Whole days until a certificate ends, rounded down; negative when it has ended. */
export function daysLeft(certificate: { readonly notAfter: string }, now: Date): number {
  return Math.floor((Date.parse(certificate.notAfter) - now.getTime()) / 86_400_000);
}

/** Whether a certificate is for this name. */
export function coversName(certificate: { readonly names: readonly string[] }, name: string): boolean {
  return certificate.names.some((entry) => certificateNameCovers(entry, name));
}

function commonName(distinguishedName: string): string {
  const match = /^CN=(.+)$/m.exec(distinguishedName);
  return match?.[1] ?? distinguishedName.replaceAll('\n', ', ');
}
