import { X509Certificate } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runLocal } from '../hosts/process.ts';
import { readGivenCertificate } from './given-certificate.ts';
import { daysLeft, openInternalCa } from './internal-ca.ts';
import { openssl } from './openssl.ts';
import { certificateNames, issueInternal } from './site-certificate.ts';
import { openTicketKeys } from './ticket-keys.ts';

const now = new Date();
const scope = { edge: 'devops', domains: ['devops.com'] };
const request = { name: 'devops.com', names: ['devops.com', 'www.devops.com'] } as const;
let directory = '';

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-certs-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

async function verify(rootPem: string, chainPem: string, name: string): Promise<string> {
  const root = join(directory, 'verify-root.pem');
  const chain = join(directory, 'verify-chain.pem');
  await writeFile(root, rootPem);
  await writeFile(chain, chainPem);
  const argv = ['openssl', 'verify', '-CAfile', root, '-untrusted', chain, '-verify_hostname', name, chain] as const;
  const outcome = await runLocal({ argv });
  return outcome.exitCode === 0 ? 'ok' : outcome.stderr + outcome.stdout;
}

describe('internal CA', () => {
  test('issues a chain that openssl accepts for its names only', async () => {
    const ca = await openInternalCa(join(directory, 'ca'), scope, now);
    const leaf = await issueInternal(join(directory, 'sites'), request, { ca, now });
    expect(await verify(ca.rootPem, leaf.chainPem, 'www.devops.com')).toBe('ok');
    expect(await verify(ca.rootPem, leaf.chainPem, 'example.com')).toContain('hostname mismatch');
    expect(certificateNames(leaf.chainPem)).toEqual(['devops.com', 'www.devops.com']);
    expect(Math.round(daysLeft(leaf.chainPem, now))).toBe(30);
  });

  test('its constraints make clients refuse a name outside the edge, even with the right signature', async () => {
    const ca = await openInternalCa(join(directory, 'ca'), scope, now);
    const foreign = await issueInternal(
      join(directory, 'sites'),
      { name: 'bank', names: ['www.bank.example'] },
      { ca, now },
    );
    expect(await verify(ca.rootPem, foreign.chainPem, 'www.bank.example')).toContain('permitted subtree violation');
  });

  test('keys are readable by their owner only', async () => {
    const ca = await openInternalCa(join(directory, 'ca'), scope, now);
    await issueInternal(join(directory, 'sites'), request, { ca, now });
    for (const file of ['ca/root.key', 'ca/issuing.key', 'sites/devops.com/key.pem']) {
      expect((await stat(join(directory, file))).mode & 0o777, file).toBe(0o600);
    }
    expect((await stat(join(directory, 'ca'))).mode & 0o777).toBe(0o700);
  });

  test('is opened again, not made again; a domain outside its scope makes a new one', async () => {
    const first = await openInternalCa(join(directory, 'ca'), scope, now);
    const again = await openInternalCa(join(directory, 'ca'), { ...scope, domains: ['app.devops.com'] }, now);
    expect(again.existing).toBe(true);
    expect(again.rootPem).toBe(first.rootPem);
    const wider = await openInternalCa(join(directory, 'ca'), { ...scope, domains: ['other.org', 'devops.com'] }, now);
    expect(wider.existing).toBe(false);
    expect(wider.rootPem).not.toBe(first.rootPem);
  });

  test('an issuing CA near its end is made anew under the same root', async () => {
    const first = await openInternalCa(join(directory, 'ca'), scope, now);
    const later = new Date(now.getTime() + 1800 * 86_400_000);
    const renewed = await openInternalCa(join(directory, 'ca'), scope, later);
    expect(renewed.rootPem).toBe(first.rootPem);
    expect(renewed.issuingPem).not.toBe(first.issuingPem);
  });
});

describe('leaves', () => {
  test('a leaf is kept while it is good and renewed when it is not', async () => {
    const ca = await openInternalCa(join(directory, 'ca'), scope, now);
    const place = join(directory, 'sites');
    const first = await issueInternal(place, request, { ca, now });
    expect(await issueInternal(place, request, { ca, now })).toEqual(first);
    const moreNames = { name: 'devops.com', names: ['devops.com', 'app.devops.com'] } as const;
    const changed = await issueInternal(place, moreNames, { ca, now });
    expect(changed.chainPem).not.toBe(first.chainPem);
    const late = new Date(now.getTime() + 21 * 86_400_000);
    const renewed = await issueInternal(place, moreNames, { ca, now: late });
    expect(renewed.keyPem).not.toBe(changed.keyPem);
  });

  test('a half-written leaf is issued anew', async () => {
    const ca = await openInternalCa(join(directory, 'ca'), scope, now);
    const place = join(directory, 'sites');
    const first = await issueInternal(place, request, { ca, now });
    await writeFile(join(place, 'devops.com', 'chain.pem'), first.chainPem.slice(0, 200));
    const again = await issueInternal(place, request, { ca, now });
    expect(new X509Certificate(again.chainPem).subjectAltName).toContain('www.devops.com');
  });
});

describe('given files', () => {
  test('a key of another certificate, an expired one and a missing file are refused by name', async () => {
    const ca = await openInternalCa(join(directory, 'ca'), scope, now);
    const leaf = await issueInternal(join(directory, 'sites'), request, { ca, now });
    const certificate = join(directory, 'c.pem');
    const key = join(directory, 'k.pem');
    await writeFile(certificate, leaf.chainPem);
    await writeFile(key, leaf.keyPem);
    expect(await readGivenCertificate({ site: 's', certificate, key }, now)).toEqual(leaf);
    const late = new Date(now.getTime() + 31 * 86_400_000);
    await expect(readGivenCertificate({ site: 's', certificate, key }, late)).rejects.toThrow('expired');
    await writeFile(key, await openssl(['genpkey', '-algorithm', 'ED25519']));
    await expect(readGivenCertificate({ site: 's', certificate, key }, now)).rejects.toThrow('not the key of');
    await expect(readGivenCertificate({ site: 's', certificate, key: '/nowhere' }, now)).rejects.toThrow(
      "can't be read",
    );
    await writeFile(certificate, 'nothing');
    await expect(readGivenCertificate({ site: 's', certificate, key }, now)).rejects.toThrow('no PEM certificate');
  });
});

test('ticket keys are three different keys of 80 bytes and stay the same', async () => {
  const keys = await openTicketKeys(directory);
  expect(keys.map((key) => key.length)).toEqual([80, 80, 80]);
  expect(new Set(keys.map((key) => Buffer.from(key).toString('hex'))).size).toBe(3);
  expect((await openTicketKeys(directory)).map((key) => Buffer.from(key))).toEqual(keys.map((key) => Buffer.from(key)));
  expect((await readFile(join(directory, 'current.key'), 'utf8')).length).toBeGreaterThan(80);
});
