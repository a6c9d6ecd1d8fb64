import { X509Certificate } from 'node:crypto';

/**
 * The difference of two PEM texts in the words a reader needs: whose certificate, until when, by whom. Undefined when
 * they are no certificates, which are told by their first line (RFC 7468 section 5.1).
 */
export function certificateDiff(before: string, after: string): string | undefined {
  if (![before, after].every((text) => text.startsWith('-----BEGIN CERTIFICATE-----'))) return undefined;
  const [old, fresh] = [readLeaf(before), readLeaf(after)];
  // Somebody may have put anything there; the new one is ours and readable, or comes from a broken file of a person.
  if (old === undefined || fresh === undefined) return 'another certificate\n';
  const names = old.names === fresh.names ? fresh.names : `${old.names} -> ${fresh.names}`;
  const issuer = old.issuer === fresh.issuer ? fresh.issuer : `${fresh.issuer} (before: ${old.issuer})`;
  if (old.fingerprint === fresh.fingerprint) return `certificate of ${names}: the same, with another chain\n`;
  return `certificate of ${names}: until ${old.until} -> until ${fresh.until}, issued by ${issuer}\n`;
}

interface Leaf {
  /** Its DNS names. */
  readonly names: string;
  /** UTC day, `2026-12-22`. */
  readonly until: string;
  readonly issuer: string;
  readonly fingerprint: string;
}

/** The first certificate of a PEM text; undefined when it is broken. */
function readLeaf(pem: string): Leaf | undefined {
  try {
    const leaf = new X509Certificate(pem);
    return {
      names: (leaf.subjectAltName ?? leaf.subject).replaceAll('DNS:', ''),
      until: leaf.validToDate.toISOString().slice(0, 10),
      issuer: /^CN=(.+)$/m.exec(leaf.issuer)?.[1] ?? leaf.issuer.replaceAll('\n', ', '),
      fingerprint: leaf.fingerprint256,
    };
  } catch {
    return undefined;
  }
}
