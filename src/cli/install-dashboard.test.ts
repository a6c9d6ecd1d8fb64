import { appendFileSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { testContext } from '../../test/kit/cli-context.ts';
import { exampleFile } from '../../test/kit/example-model.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { memoryHost, type MemoryFiles, type MemoryHost, type Respond } from '../hosts/memory-host.ts';
import { managedHosts } from '../model/model.ts';
import { servePaths } from '../render/serve-host.ts';
import { openAccountFile } from '../store/account-file.ts';
import { accountsPath } from './account-file.ts';
import { openRuntime } from './agent-delivery.ts';
import type { CliContext } from './context.ts';
import { type Edge, loadEdge } from './edge-file.ts';
import { installDashboard, removeDashboard } from './install-dashboard.ts';
import { accountAccessOf } from './serve-access.ts';
import { readListen } from './serve-listen.ts';

let edge: Edge;
let context: CliContext;
let printed: readonly string[];
beforeEach(async () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-install-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  copyFileSync(exampleFile('devops.com'), join(directory, 'edge.yaml'));
  ({ context, printed } = testContext(directory));
  edge = await loadEdge(context, 'edge.yaml');
});

const done = (stdout = '') => ({ exitCode: 0, stdout, stderr: '' });
const file = (path: string, text: string) =>
  ({ kind: 'file', path, mode: 0o644, owner: 'root:root', bytes: new TextEncoder().encode(text) }) as const;
const hostKey = '/etc/ssh/ssh_host_ed25519_key.pub';
const authorized = '/root/.ssh/authorized_keys';

/** Plays a host of the edge whose agent has been there for a while; it listens once its unit was started. */
async function respondAs(): Promise<Respond> {
  const sizes = (await openRuntime()).sizes;
  let listens = false;
  return ({ argv }, files) => {
    switch (argv[0]) {
      case 'dpkg':
        return done(`${[...sizes.keys()][0]}\n`);
      case 'stat':
        return done(`${[...sizes.values()][0]}\n`);
      case 'getent':
        return done('root:x:0:0:root:/root:/bin/bash\n');
      case 'id':
        return done('root\n');
      case 'ssh-keyscan': {
        const seen = managedHosts(edge.model).find(({ addresses }) => addresses[0].text === argv.at(-1));
        return done(`${argv.at(-1)} ssh-ed25519 KEY-OF-${seen?.name}\n`);
      }
      case 'ssh-keygen':
        files.set(servePaths.identity, file(servePaths.identity, 'PRIVATE'));
        return done();
      case 'cat':
        return done('ssh-ed25519 AAAA evenkeel-serve@dns1\n');
      case 'systemctl':
        listens ||= argv[1] === 'restart';
        return done();
      case 'find':
        return { ...done(), exitCode: 1 };
      case 'ss':
        return done(listens ? 'LISTEN 0 511 192.168.10.21:7780\n' : '');
      case 'install':
      case 'chown':
      case 'chmod':
      case 'systemd-sysusers':
      case 'rm':
      case 'userdel':
        return done();
      default:
        return undefined;
    }
  };
}

async function edgeHosts() {
  const hosts = new Map<string, MemoryHost>();
  for (const { name } of managedHosts(edge.model)) {
    const files: MemoryFiles = new Map([[hostKey, file(hostKey, `ssh-ed25519 KEY-OF-${name}\n`)]]);
    files.set(authorized, file(authorized, 'ssh-ed25519 MINE ann@desk\n'));
    hosts.set(name, memoryHost({ name, files, respond: await respondAs() }));
  }
  return { hosts, client: undefined, close: async () => Promise.resolve() };
}

const request = async (on = 'dns1') => ({
  edge,
  place: { kind: 'lab', suffix: '' } as const,
  edgeHosts: await edgeHosts(),
  on,
  listen: readListen('127.0.0.1:7780'),
  access: accountAccessOf({ listen: readListen('127.0.0.1:7780'), name: ['edge.example.org'] }),
});

/** Somebody who could sign in. */
function addAccount(): void {
  const accounts = openAccountFile(accountsPath(edge));
  const createdAt = '2026-11-29T12:00:00.000Z';
  accounts.addAccount({
    name: 'ann',
    role: 'operator',
    createdAt,
    password: 'x',
    totpSecret: new Uint8Array([1]),
    totpStep: 0,
  });
  accounts.close();
}

const textOf = (host: MemoryHost | undefined, path: string): string => {
  const found = host?.files.get(path);
  return found?.kind === 'file' ? new TextDecoder().decode(found.bytes) : '';
};
const changes = (host: MemoryHost | undefined): readonly string[] =>
  (host?.operations ?? []).map(({ kind }) => kind).filter((kind) => kind !== 'read');

test('nothing is changed anywhere for an unknown host, or while nobody could sign in', async () => {
  const unknown = await request('dns9');
  expect(await thrownFault(installDashboard(context, unknown))).toMatchObject({
    code: 'not-found',
    next: expect.stringContaining('lb1'),
  });
  const nobody = await request();
  expect(await thrownFault(installDashboard(context, nobody))).toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('no account yet'),
  });
  for (const { edgeHosts } of [unknown, nobody]) {
    for (const host of edgeHosts.hosts.values()) expect(changes(host)).toEqual([]);
  }
});

test('nothing is changed anywhere when its host reaches another machine by an address of the edge', async () => {
  addAccount();
  const asked = await request();
  const { hosts } = asked.edgeHosts;
  hosts.get('lb2')?.files.set(hostKey, file(hostKey, 'ssh-ed25519 ANOTHER\n'));
  expect(await thrownFault(installDashboard(context, asked))).toMatchObject({ code: 'host-key-changed' });
  for (const [name, host] of hosts) {
    expect(changes(host)).toEqual(name === 'dns1' ? ['run-all'] : []);
    const ran = host.commands().map(([program]) => program);
    expect(ran).toEqual(name === 'dns1' ? managedHosts(edge.model).map(() => 'ssh-keyscan') : []);
  }
});

/** The same edge with these receivers of alerts. */
async function withReceivers(text: string): Promise<void> {
  copyFileSync(exampleFile('devops.com'), join(edge.directory, 'edge.yaml'));
  appendFileSync(join(edge.directory, 'edge.yaml'), `alerts: { receivers: { ${text} } }\n`);
  edge = await loadEdge(context, 'edge.yaml');
}

test.each(['chat: { webhook: { url-file: chat-url } }', 'pager: { command: [page] }'])(
  'nothing is changed anywhere while it could not send: %s',
  async (receivers) => {
    addAccount();
    await withReceivers(receivers);
    const asked = await request();
    expect(await thrownFault(installDashboard(context, asked))).toMatchObject({ state: 'nothing was changed' });
    for (const [name, host] of asked.edgeHosts.hosts) {
      expect(changes(host).filter((kind) => kind !== 'run')).toEqual([]);
      expect(host.commands().map(([program]) => program)).toEqual(
        name === 'dns1' && receivers.includes('command') ? ['find'] : [],
      );
    }
  },
);

test('what its alerts are sent with is brought, never said, and taken away when it is named no more', async () => {
  addAccount();
  writeFileSync(join(edge.directory, 'chat-url'), 'https://chat.example.com/s3cr3t\n', { mode: 0o600 });
  await withReceivers('chat: { webhook: { url-file: chat-url } }');
  const asked = await request();
  const dns1 = asked.edgeHosts.hosts.get('dns1');
  expect(await installDashboard(context, asked)).toBe(0);
  const path = `${servePaths.home}/chat-url`;
  expect(dns1?.files.get(path)).toMatchObject({ mode: 0o600, owner: 'evenkeel-serve:evenkeel-serve' });
  expect(textOf(dns1, path)).toBe('https://chat.example.com/s3cr3t\n');
  expect(printed.join('\n')).toContain(`${servePaths.command} alert test\n`);
  expect(printed.join('\n')).not.toContain('s3cr3t');
  for (const host of asked.edgeHosts.hosts.values()) expect(JSON.stringify(host.commands())).not.toContain('s3cr3t');

  await withReceivers('other: { webhook: { url: "https://chat.example.com/" } }');
  expect(await installDashboard(context, { ...asked, edge })).toBe(0);
  expect(dns1?.files.has(path)).toBe(false);
});

test('it gets what it needs, is let in everywhere, and is taken away again without a trace of its key', async () => {
  addAccount();
  const asked = await request();
  const { hosts } = asked.edgeHosts;
  expect(await installDashboard(context, asked)).toBe(0);
  const dns1 = hosts.get('dns1');
  expect(textOf(dns1, servePaths.unit)).toContain('--listen 192.168.10.21:7780 --name edge.example.org');
  expect(textOf(dns1, servePaths.edgeFile)).toBe(edge.text);
  expect(textOf(dns1, `${servePaths.program}/main.js`)).not.toBe('');
  expect(textOf(dns1, `${servePaths.ssh}/known_hosts`)).toContain('lb2 ssh-ed25519 KEY-OF-lb2\n');
  expect(dns1?.files.get(`${servePaths.state}/devops/accounts.db`)).toMatchObject({
    mode: 0o600,
    owner: 'evenkeel-serve:evenkeel-serve',
  });
  for (const [, host] of hosts) {
    expect(textOf(host, authorized)).toMatch(
      /^ssh-ed25519 MINE ann@desk\nrestrict,from="192\.168\.10\.21[^"]*" ssh-ed25519 AAAA evenkeel-serve@dns1\n$/,
    );
  }
  expect(printed.join('\n')).toContain('https://edge.example.org:7780/');
  expect(printed.join('\n')).not.toContain('alert test');
  // What makes it run comes last, after all that it needs.
  expect(
    dns1
      ?.commands()
      .slice(-4, -1)
      .map((argv) => argv.slice(0, 2).join(' ')),
  ).toEqual(['systemctl daemon-reload', 'systemctl enable', 'systemctl restart']);

  // A second time takes over what is there: its accounts stay what they became.
  const database = `${servePaths.state}/devops/accounts.db`;
  dns1?.files.set(database, file(database, 'changed there'));
  expect(await installDashboard(context, asked)).toBe(0);
  expect(textOf(dns1, database)).toBe('changed there');

  expect(await removeDashboard(context, asked)).toBe(0);
  for (const [, host] of hosts) expect(textOf(host, authorized)).toBe('ssh-ed25519 MINE ann@desk\n');
  expect(dns1?.files.has(servePaths.unit)).toBe(false);
  expect(dns1?.commands()).toContainEqual([
    'rm',
    '-rf',
    '--one-file-system',
    '--',
    servePaths.program,
    servePaths.home,
    servePaths.cache,
  ]);
});
