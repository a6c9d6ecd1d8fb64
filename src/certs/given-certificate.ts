import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { daysLeft } from './internal-ca.ts';
import type { IssuedCertificate } from './site-certificate.ts';

/** Where a person keeps a site's certificate. Absolute paths. */
export interface GivenFiles {
  readonly site: string;
  readonly certificate: string;
  readonly key: string;
}

/** Reads a certificate given as files. Throws `file-unreadable`, or `certificate-invalid` when it can't serve. */
export async function readGivenCertificate(files: GivenFiles, now: Date): Promise<IssuedCertificate> {
  const [chainPem, keyPem] = await Promise.all([readText(files.certificate), readText(files.key)]);
  const refuse = (message: string, next: string): Fault =>
    new Fault({ code: 'certificate-invalid', message: `site ${files.site}: ${message}`, next });
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(chainPem);
  } catch {
    throw refuse(`${files.certificate} holds no PEM certificate`, 'give the full chain as PEM, leaf first');
  }
  let matches: boolean;
  try {
    matches = leaf.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    throw refuse(`${files.key} holds no readable PEM key`, 'give the key as PEM without a passphrase');
  }
  if (!matches) throw refuse(`${files.key} is not the key of ${files.certificate}`, 'give the key it was made with');
  if (daysLeft(chainPem, now) <= 0) {
    throw refuse(`${files.certificate} expired on ${leaf.validTo}`, 'renew it, or use tls: internal');
  }
  return { chainPem, keyPem };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new Fault(
      { code: 'file-unreadable', message: `${path} can't be read`, next: 'give a path relative to the edge file' },
      error,
    );
  }
}
