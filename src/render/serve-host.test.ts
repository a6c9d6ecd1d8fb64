import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { renderServeHost, serveNodeFlags, type ServeHost, servePaths, serveUserFile } from './serve-host.ts';

const secret = '/var/lib/evenkeel-serve/secrets/chat-url';
const dashboard: ServeHost = {
  host: 'dns1',
  edge: 'devops',
  edgeText: 'version: 1\n',
  alertFiles: [
    { path: secret, holds: 'secret', text: 'https://chat.example.com/s3cr3t' },
    { path: '/var/lib/evenkeel-serve/secrets/ca.pem', holds: 'certificates', text: 'CA' },
  ],
  program: new Map([['main.js', new TextEncoder().encode('// program\n')]]),
  node: '/usr/local/lib/evenkeel/node-24.21.0',
  listen: { address: '2001:db8::21', port: 7780 },
  names: ['edge.example.org'],
  certificate: { chainPem: 'CHAIN', keyPem: 'KEY' },
  sshConfig: 'Host *\n',
  knownHosts: 'lb1 ssh-ed25519 AAAA\n',
};

const files = renderServeHost(dashboard);
const textOf = (path: string): string => new TextDecoder().decode(files.find((file) => file.path === path)?.bytes);

test('it runs as an account of its own, from its home, with the certificate that was brought', () => {
  const unit = textOf(servePaths.unit);
  expect(unit).toContain('User=evenkeel-serve\n');
  expect(unit).toContain('ReadWritePaths=/var/lib/evenkeel-serve/.evenkeel\n');
  expect(unit).toContain('ProtectHome=yes\n');
  expect(unit).toContain(
    'ExecStart=/usr/local/lib/evenkeel/node-24.21.0 --max-semi-space-size=4 --heap-growing-percent=50 --disable-warning=ExperimentalWarning ' +
      '/usr/local/lib/evenkeel-serve/main.js ' +
      'serve -f /var/lib/evenkeel-serve/edge.yaml --without-plan --listen "[2001:db8::21]:7780" --name edge.example.org ' +
      '--tls-cert /var/lib/evenkeel-serve/tls/chain.pem --tls-key /var/lib/evenkeel-serve/tls/key.pem\n',
  );
  expect(new TextDecoder().decode(serveUserFile('dns1').bytes)).toContain('u evenkeel-serve - ');
});

test('nobody but root may change what it runs, reads or trusts, and its key is for nobody else', () => {
  for (const file of files.filter(({ path }) => path !== secret)) {
    expect([file.path, file.owner.split(':')[0], file.mode & 0o022]).toEqual([file.path, 'root', 0]);
  }
  const key = files.find(({ path }) => path === servePaths.key);
  expect(key).toMatchObject({ mode: 0o640, owner: 'root:evenkeel-serve', visibility: 'secret' });
});

test('a secret of its alerts is for its account alone, as a receiver wants it, and is never shown', () => {
  expect(files.find(({ path }) => path === secret)).toMatchObject({
    mode: 0o600,
    owner: 'evenkeel-serve:evenkeel-serve',
    visibility: 'secret',
  });
  expect(textOf(secret)).toBe('https://chat.example.com/s3cr3t\n');
  expect(textOf(servePaths.unit)).not.toContain('s3cr3t');
});

test('no key of the edge itself goes there', () => {
  expect(files.map(({ path }) => path)).toEqual([
    '/usr/local/lib/evenkeel-serve/main.js',
    '/usr/local/lib/evenkeel-serve/package.json',
    '/usr/local/sbin/evenkeel',
    '/var/lib/evenkeel-serve/edge.yaml',
    '/var/lib/evenkeel-serve/secrets/chat-url',
    '/var/lib/evenkeel-serve/secrets/ca.pem',
    '/var/lib/evenkeel-serve/.ssh/config',
    '/var/lib/evenkeel-serve/.ssh/known_hosts',
    '/var/lib/evenkeel-serve/tls/chain.pem',
    '/var/lib/evenkeel-serve/tls/key.pem',
    '/etc/systemd/system/evenkeel-serve.service',
  ]);
});

test('bin/evenkeel starts a dashboard with the same limits of Node.js', () => {
  const script = readFileSync(join(import.meta.dirname, '../../bin/evenkeel'), 'utf8');
  expect(script).toContain(`serve | start) set -- ${serveNodeFlags.join(' ')} "$entry" "$@"`);
});
