import { appendFileSync, chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { testContext } from '../../test/kit/cli-context.ts';
import { exampleFile } from '../../test/kit/example-model.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { memoryHost, type MemoryFiles, type MemoryHost } from '../hosts/memory-host.ts';
import { servePaths } from '../render/serve-host.ts';
import { type Edge, loadEdge } from './edge-file.ts';
import { alertsToBring } from './serve-alerts.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-serve-alerts-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

function secret(name: string, text: string, mode = 0o600): void {
  mkdirSync(dirname(join(directory, name)), { recursive: true });
  writeFileSync(join(directory, name), text);
  chmodSync(join(directory, name), mode);
}

/** The example with these receivers. */
async function edgeWith(...receivers: readonly string[]): Promise<Edge> {
  copyFileSync(exampleFile('devops.com'), join(directory, 'edge.yaml'));
  const lines = receivers.map((receiver) => `    ${receiver}\n`);
  if (lines.length > 0) appendFileSync(join(directory, 'edge.yaml'), `alerts:\n  receivers:\n${lines.join('')}`);
  return loadEdge(testContext(directory).context, 'edge.yaml');
}

/** A host with these files, all of which may be run. */
function hostWith(texts: Readonly<Record<string, string>> = {}): MemoryHost {
  const files: MemoryFiles = new Map(
    Object.entries(texts).map(([path, text]) => [
      path,
      { kind: 'file', path, mode: 0o755, owner: 'root:root', bytes: new TextEncoder().encode(text) },
    ]),
  );
  return memoryHost({
    name: 'dns1',
    files,
    respond: ({ argv: [program, ...words] }, there) =>
      program === 'find'
        ? {
            exitCode: 1,
            stdout: words
              .filter((word) => there.has(word))
              .map((path) => `${path}\0`)
              .join(''),
            stderr: '',
          }
        : undefined,
  });
}

const mail = (words: string): string =>
  `ops: { mail: { to: [ops@example.com], from: edge@example.com, host: mail.example.com, ${words} } }`;

test('each file that a receiver names lies where the edge file of the home finds it, once, and nothing is changed to know that', async () => {
  secret('secrets/chat-url', 'https://chat.example.com/s3cr3t\n');
  secret('secrets/token', 'Bearer t0k3n');
  secret('secrets/password', 'p4ssw0rd\n');
  secret('ca.pem', 'CA\n', 0o644);
  const edge = await edgeWith(
    'chat: { webhook: { url-file: secrets/chat-url, header: { name: Authorization, file: ./secrets/token }, ca: ca.pem } }',
    'other: { webhook: { url-file: secrets/chat-url } }',
    mail('user: edge, password-file: more/../secrets/password, ca: ca.pem'),
  );
  const host = hostWith();
  expect(await alertsToBring(edge, host)).toEqual({
    files: [
      { path: '/var/lib/evenkeel-serve/secrets/chat-url', holds: 'secret', text: 'https://chat.example.com/s3cr3t' },
      { path: '/var/lib/evenkeel-serve/secrets/token', holds: 'secret', text: 'Bearer t0k3n' },
      { path: '/var/lib/evenkeel-serve/ca.pem', holds: 'certificates', text: 'CA\n' },
      { path: '/var/lib/evenkeel-serve/secrets/password', holds: 'secret', text: 'p4ssw0rd' },
    ],
    outdated: [],
  });
  expect(host.operations.map(({ kind }) => kind)).toEqual(['read']);
});

test('a file that is a secret for one receiver is one, whatever it is for another', async () => {
  secret('both', 'https://chat.example.com/s3cr3t');
  for (const keys of ['url-file: both, ca: both', 'ca: both, url-file: both']) {
    const { files } = await alertsToBring(await edgeWith(`chat: { webhook: { ${keys} } }`), hostWith());
    expect(files).toMatchObject([{ holds: 'secret' }]);
  }
});

describe('refused, with nothing of a secret in its words:', () => {
  test('files that are not there, or that others can read: all of them at once', async () => {
    secret('token', 's3cr3t', 0o644);
    const edge = await edgeWith(
      'chat: { webhook: { url-file: secrets/none, header: { name: X-Token, file: token } } }',
      'other: { webhook: { url-file: secrets/none } }',
    );
    const fault = await thrownFault(alertsToBring(edge, hostWith()));
    expect(fault).toEqual({
      code: 'file-unreadable',
      message:
        "a file that alerts need can't be brought to dns1: there is no file secrets/none; token can be read by others than its owner (mode 0644)",
      host: 'dns1',
      state: 'nothing was changed',
      next: expect.stringContaining('chmod 600'),
    });
  });

  test.each([
    ['/etc/edge/chat-url', 'is an absolute path'],
    ['../chat-url', 'is not below the directory of the edge file'],
    ['secrets/../..', 'is not below the directory of the edge file'],
    ['tls/key.pem', 'would lie where the dashboard has its own /var/lib/evenkeel-serve/tls'],
    ['.ssh/config', 'would lie where the dashboard has its own /var/lib/evenkeel-serve/.ssh'],
    ['./edge.yaml', 'would lie where the dashboard has its own /var/lib/evenkeel-serve/edge.yaml'],
    ['.evenkeel/devops/url', 'would lie where the dashboard has its own /var/lib/evenkeel-serve/.evenkeel'],
  ])('%s %s', async (file, words) => {
    const edge = await edgeWith(`chat: { webhook: { url-file: ${file} } }`);
    expect(await thrownFault(alertsToBring(edge, hostWith()))).toMatchObject({
      code: 'config-refused',
      message: `a file that alerts need can't be brought to dns1: ${file} ${words}`,
      state: 'nothing was changed',
      next: expect.stringContaining('secrets/'),
    });
  });

  test.each([
    ['/opt/pager/page', []],
    ['page', ['/opt/page']],
    ['./page', ['/usr/local/bin/page']],
    // There, and hidden from the unit.
    ['/root/bin/page', ['/root/bin/page']],
    ['/tmp/page', ['/tmp/page']],
  ])('the program %s, where the host has %j', async (program, there) => {
    const edge = await edgeWith(`pager: { command: ["${program}", --edge] }`);
    const host = hostWith(Object.fromEntries(there.map((path) => [path, '#!/bin/sh\n'])));
    expect(await thrownFault(alertsToBring(edge, host))).toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/not on dns1.*: .*page \(receiver pager\)$/),
      host: 'dns1',
      state: 'nothing was changed',
    });
  });
});

test.each([
  ['/opt/pager/page', '/opt/pager/page'],
  ['page', '/usr/local/bin/page'],
  ['./page', '/var/lib/evenkeel-serve/page'],
])('the program %s is found at %s', async (program, path) => {
  const edge = await edgeWith(`pager: { command: ["${program}"] }`, 'other: { command: [page2] }');
  const host = hostWith({ [path]: '#!/bin/sh\n', '/usr/bin/page2': '' });
  expect(await alertsToBring(edge, host)).toEqual({ files: [], outdated: [] });
});

test('what the edge file there named, and this one does not, is outdated', async () => {
  secret('secrets/new', 'https://chat.example.com/s3cr3t');
  const before = `alerts:
  receivers:
    chat: { webhook: { url-file: secrets/old, header: { name: X-Token, file: secrets/new } } }
    other: { webhook: { url-file: /etc/passwd, ca: tls/chain.pem } }
`;
  const example = (await edgeWith()).text;
  const host = hostWith({ [servePaths.edgeFile]: example + before });
  const edge = await edgeWith('chat: { webhook: { url-file: secrets/new } }');
  expect(await alertsToBring(edge, host)).toMatchObject({ outdated: ['/var/lib/evenkeel-serve/secrets/old'] });
  const unreadable = hostWith({ [servePaths.edgeFile]: 'alerts: [' });
  expect(await alertsToBring(edge, unreadable)).toMatchObject({ outdated: [] });
});
