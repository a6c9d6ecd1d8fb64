import { X509Certificate, createPrivateKey } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { failure, success, type Result } from '../base/result.ts';
import { daysLeft } from './internal-ca.ts';
import type { IssuedCertificate } from './keep-certificate.ts';

/** Where a person keeps a site's certificate. Absolute paths. */
export interface GivenFiles {
  readonly site: string;
  readonly certificate: string;
  readonly key: string;
}

/** Why a given certificate can't serve, or can't be read. */
export interface CertificateTrouble {
  readonly kind: 'unusable' | 'unreadable';
  /** Which of its files it is about. */
  readonly about: 'certificate' | 'key';
  readonly message: string;
  readonly fix: string;
}

/** Reads a certificate given as files. Throws `file-unreadable`, or `certificate-invalid` when it can't serve. */
export async function readGivenCertificate(files: GivenFiles, now: Date): Promise<IssuedCertificate> {
  const read = await tryGivenCertificate(files, now);
  if (read.ok) return read.value;
  const { kind, message, fix } = read.error;
  if (kind === 'unreadable') throw new Fault({ code: 'file-unreadable', message, next: fix });
  throw new Fault({ code: 'certificate-invalid', message: `site ${files.site}: ${message}`, next: fix });
}

/** Reads a certificate given as files, and judges whether it can serve. */
export async function tryGivenCertificate(
  files: GivenFiles,
  now: Date,
): Promise<Result<IssuedCertificate, CertificateTrouble>> {
  const chainPem = await readText(files.certificate);
  if (chainPem === undefined) return unreadable('certificate', files.certificate);
  const keyPem = await readText(files.key);
  let leaf: X509Certificate;
  try {
    leaf = new X509Certificate(chainPem);
  } catch {
    return unusable(
      'certificate',
      `${files.certificate} holds no PEM certificate`,
      'give the full chain as PEM, leaf first',
    );
  }
  if (daysLeft(chainPem, now) <= 0) {
    const message = `${files.certificate} expired on ${leaf.validTo}`;
    return unusable('certificate', message, 'renew it, or use tls: internal');
  }
  if (keyPem === undefined) return unreadable('key', files.key);
  let matches: boolean;
  try {
    matches = leaf.checkPrivateKey(createPrivateKey(keyPem));
  } catch {
    return unusable('key', `${files.key} holds no readable PEM key`, 'give the key as PEM without a passphrase');
  }
  if (!matches) {
    return unusable('key', `${files.key} is not the key of ${files.certificate}`, 'give the key it was made with');
  }
  return success({ chainPem, keyPem });
}

function unusable(about: CertificateTrouble['about'], message: string, fix: string): Result<never, CertificateTrouble> {
  return failure({ kind: 'unusable', about, message, fix });
}

function unreadable(about: CertificateTrouble['about'], path: string): Result<never, CertificateTrouble> {
  const home = path.includes('/~') ? '; `~` is not expanded' : '';
  return failure({
    kind: 'unreadable',
    about,
    message: `${path} can't be read`,
    fix: `give a path relative to the edge file, or an absolute one${home}`,
  });
}

/** A certificate with its chain and a key are some kilobytes; a device file would never end. */
const mostBytes = 1024 * 1024;

/** undefined: there is no such file, or it can't be read. */
async function readText(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path);
    if (!found.isFile() || found.size > mostBytes) return undefined;
    return await readFile(path, 'utf8');
  } catch {
    return undefined;
  }
}
