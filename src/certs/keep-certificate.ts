import { X509Certificate, createPrivateKey } from 'node:crypto';
import { join } from 'node:path';
import { daysLeft } from './internal-ca.ts';
import { readIfThere, writePrivate } from './private-files.ts';

/** A leaf with its chain, and its key. PEM. */
export interface IssuedCertificate {
  readonly chainPem: string;
  readonly keyPem: string;
}

/** When a certificate that is kept still serves, and how a new one is made. */
interface CertificateCare {
  readonly now: Date;
  /** It is renewed when no more days than these are left. */
  readonly renewDays: number;
  /** Whether it is for what is wanted now. May throw when the chain is no PEM: then it is not. */
  readonly suits: (leaf: X509Certificate, chainPem: string) => boolean;
  readonly make: () => Promise<IssuedCertificate>;
}

/** The certificate kept in `directory`, or a new one, kept there from now on. */
export async function keepCertificate(directory: string, care: CertificateCare): Promise<IssuedCertificate> {
  const [chainPath, keyPath] = [join(directory, 'chain.pem'), join(directory, 'key.pem')];
  const [chainPem, keyPem] = await Promise.all([readIfThere(chainPath), readIfThere(keyPath)]);
  if (chainPem !== undefined && keyPem !== undefined && isUsable({ chainPem, keyPem }, care)) {
    return { chainPem, keyPem };
  }
  const fresh = await care.make();
  // Key first: a chain without its key is found unusable and made anew.
  await writePrivate(keyPath, fresh.keyPem);
  await writePrivate(chainPath, fresh.chainPem);
  return fresh;
}

function isUsable({ chainPem, keyPem }: IssuedCertificate, { now, renewDays, suits }: CertificateCare): boolean {
  try {
    const leaf = new X509Certificate(chainPem);
    return (
      daysLeft(chainPem, now) > renewDays && leaf.checkPrivateKey(createPrivateKey(keyPem)) && suits(leaf, chainPem)
    );
  } catch {
    // Not readable as PEM: made anew.
    return false;
  }
}
