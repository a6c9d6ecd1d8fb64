import { X509Certificate } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { openOwnCertificate } from './own-certificate.ts';

const now = new Date();
const wanted = { names: ['edge.example.org'], addresses: ['192.0.2.7', '2001:db8::7'] };
let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-own-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

test('it vouches for its names and addresses, signs for nobody else, and its key is for its owner', async () => {
  const { chainPem } = await openOwnCertificate(join(directory, 'tls'), wanted, now);
  const leaf = new X509Certificate(chainPem);
  expect([leaf.checkHost('edge.example.org'), leaf.checkHost('other.example.org')]).toEqual([
    'edge.example.org',
    undefined,
  ]);
  expect([leaf.checkIP('192.0.2.7'), leaf.checkIP('2001:db8::7'), leaf.checkIP('192.0.2.8')]).toEqual([
    '192.0.2.7',
    '2001:db8::7',
    undefined,
  ]);
  expect(leaf.ca).toBe(false);
  expect(leaf.verify(leaf.publicKey)).toBe(true);
  expect(statSync(join(directory, 'tls/key.pem')).mode & 0o777).toBe(0o600);
});

test('it stays the same until it is late, damaged, or for something else', async () => {
  const place = join(directory, 'tls');
  const first = await openOwnCertificate(place, wanted, now);
  expect(await openOwnCertificate(place, wanted, now)).toEqual(first);
  const late = new Date(now.getTime() + 800 * 86_400_000);
  expect((await openOwnCertificate(place, wanted, late)).keyPem).not.toBe(first.keyPem);
  const fewer = await openOwnCertificate(place, { names: ['edge.example.org'], addresses: [] }, now);
  expect(new X509Certificate(fewer.chainPem).subjectAltName).toBe('DNS:edge.example.org');
  writeFileSync(join(place, 'chain.pem'), fewer.chainPem.slice(0, 100));
  const mended = await openOwnCertificate(place, { names: ['edge.example.org'], addresses: [] }, now);
  expect(mended.keyPem).not.toBe(fewer.keyPem);
});
