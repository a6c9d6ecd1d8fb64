import { X509Certificate } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { testContext } from '../../test/kit/cli-context.ts';
import { exampleFile } from '../../test/kit/example-model.ts';
import { certificateFor } from '../../test/kit/loopback-certificate.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import type { CliContext } from './context.ts';
import { type Edge, loadEdge } from './edge-file.ts';
import { type AccessFlags, accountAccessOf } from './serve-access.ts';
import { openServeCertificate } from './serve-certificate.ts';
import { readListen } from './serve-listen.ts';

let edge: Edge;
let context: CliContext;
beforeEach(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-serve-tls-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  copyFileSync(exampleFile('devops.com'), join(directory, 'edge.yaml'));
  context = testContext(directory).context;
  edge = await loadEdge(context, 'edge.yaml');
});

const open = (flags: Partial<AccessFlags>) => {
  const whole = { listen: readListen('192.0.2.7:7780'), ...flags };
  return openServeCertificate(context, { edge, access: accountAccessOf(whole), listen: whole.listen });
};

test("names within the edge's domains get a leaf of its own CA, which is kept, and vouches for no address", async () => {
  const first = await open({ name: ['edge.devops.com', 'status.devops.com'] });
  const leaf = new X509Certificate(first.chainPem);
  expect(leaf.issuer).toContain('issuing CA of devops');
  expect([leaf.checkHost('status.devops.com'), leaf.checkIP('192.0.2.7')]).toEqual(['status.devops.com', undefined]);
  expect(first.trust).toContain('.evenkeel/devops/ca/root.crt');
  expect(await open({ name: ['edge.devops.com', 'status.devops.com'] })).toEqual(first);
});

test.each([
  ['no name', {}, [], ['192.0.2.7']],
  ['a name elsewhere', { name: ['edge.example.org'] }, ['edge.example.org'], ['192.0.2.7']],
  ['a name within and one elsewhere', { name: ['edge.devops.com', 'x.example'] }, ['edge.devops.com', 'x.example'], []],
  ['an address as a name', { name: ['edge.devops.com', '192.0.2.9'] }, ['edge.devops.com'], ['192.0.2.7', '192.0.2.9']],
  ['all addresses', { listen: readListen('[::]:7780'), name: ['2001:db8::7'] }, [], ['2001:db8::7']],
  [
    'loopback',
    { listen: readListen('127.0.0.1:7780'), name: ['127.0.0.2'] },
    ['localhost'],
    ['127.0.0.1', '127.0.0.2'],
  ],
])('%s: one that signed itself, and no CA is made for it', async (...[, flags, names, addresses]) => {
  const { chainPem, trust } = await open(flags);
  const leaf = new X509Certificate(chainPem);
  expect(leaf.verify(leaf.publicKey)).toBe(true);
  for (const name of names) expect(leaf.checkHost(name)).toBe(name);
  for (const address of addresses) expect(leaf.checkIP(address)).toBe(address);
  expect(trust).toContain(leaf.fingerprint256);
  expect(existsSync(join(edge.stateDirectory, 'ca'))).toBe(false);
});

test('a given one is read from its files, anew each time, and refused by name when it can not serve', async () => {
  const [certificate, key] = [join(edge.directory, 'edge.pem'), join(edge.directory, 'edge.key')];
  const write = async (name: string): Promise<string> => {
    const made = await certificateFor(name);
    writeFileSync(certificate, made.cert);
    writeFileSync(key, made.key);
    return made.cert;
  };
  const files = { tlsCert: 'edge.pem', tlsKey: 'edge.key' };
  const first = await write('one');
  expect(await open(files)).toMatchObject({ chainPem: first, trust: undefined });
  const second = await write('two');
  expect(await open(files)).toMatchObject({ chainPem: second });
  writeFileSync(key, (await certificateFor('three')).key);
  expect(await thrownFault(open(files))).toMatchObject({
    code: 'certificate-invalid',
    message: expect.stringContaining('is not the key of'),
  });
  expect(await thrownFault(open({ ...files, tlsCert: 'none.pem' }))).toMatchObject({ code: 'file-unreadable' });
  expect(readFileSync(certificate, 'utf8')).toBe(second);
});
