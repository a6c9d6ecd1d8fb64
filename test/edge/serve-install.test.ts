import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { totpCode, totpStep } from '../../src/server/accounts/totp.ts';
import { hashPassword } from '../../src/server/accounts/password.ts';
import { openAccountFile } from '../../src/store/account-file.ts';
import { type EdgeCommand, edgeCommand } from '../kit/edge-command.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { openSharedEdge } from '../kit/shared-edge.ts';
import { sharedSuffix } from '../kit/shared-suffix.ts';

/** A dashboard on a nameserver of a real edge: it looks and acts from there with a key of its own, and leaves nothing behind. */
const model = exampleModel();
const alerts = `alerts:
  receivers:
    chat: { webhook: { url-file: secrets/chat-url } }
    pager: { command: [tee, -a, .evenkeel/paged] }
`;
const password = 'correct horse battery staple';
const secret = new TextEncoder().encode('12345678901234567890');
const address = model.nameservers[0]?.addresses[0].text ?? '';
let lab: EdgeLab;
let edge: EdgeCommand;

beforeAll(async () => {
  ({ lab } = await openSharedEdge());
  edge = await edgeCommand(sharedSuffix(), { keys: 'kept' });
  const applied = await edge.run('apply', '--yes');
  expect(applied.code, applied.stderr).toBe(0);
});
afterAll(async () => {
  await edge?.remove();
  await lab?.leave();
});

/** Asks it from the client machine, as a browser that keeps cookies in a file. */
function ask(path: string, ...words: readonly string[]): Promise<string> {
  const jar = ['--cookie', '/tmp/jar', '--cookie-jar', '/tmp/jar'];
  return lab.on('client', 'curl', '-sk', '--max-time', '20', ...jar, ...words, `https://${address}:7780${path}`);
}

test('is refused while nobody could sign in', async () => {
  const refused = await edge.run('serve', '--install', 'dns1');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('there is no account yet')]);
  await expect(lab.on('dns1', 'systemctl', 'cat', 'evenkeel-serve')).rejects.toThrow(/No files found/);
});

test('is installed, watches the edge, moves a VIP, and is taken away', async () => {
  const accounts = openAccountFile(join(edge.directory, '.evenkeel/devops/accounts.db'));
  accounts.addAccount({
    name: 'ann',
    role: 'operator',
    createdAt: new Date().toISOString(),
    password: await hashPassword(password),
    totpSecret: secret,
    totpStep: 0,
  });
  accounts.close();
  await edge.edit((text) => text + alerts);
  const without = await edge.run('serve', '--install', 'dns1');
  expect([without.code, without.stderr]).toEqual([
    1,
    expect.stringMatching(/can't be brought to dns1: there is no file secrets\/chat-url/),
  ]);
  await expect(lab.on('dns1', 'ls', '/var/lib/evenkeel-serve')).rejects.toThrow(/No such file/);
  await mkdir(join(edge.directory, 'secrets'));
  // The discard port: nobody listens there.
  await writeFile(join(edge.directory, 'secrets/chat-url'), 'http://127.0.0.1:9/s3cr3t\n', { mode: 0o600 });

  const installed = await edge.run('serve', '--install', 'dns1');
  expect(installed.code, installed.stderr).toBe(0);
  expect(installed.stdout).toContain(`https://${address}:7780/`);
  expect(installed.stdout).toContain('/usr/local/sbin/evenkeel alert test\n');
  expect(installed.stdout + installed.stderr).not.toContain('s3cr3t');

  const form = await ask('/sign-in');
  const mark = /name="mark" value="([\w-]+)"/.exec(form)?.[1] ?? '';
  const fields = { mark, name: 'ann', password, code: totpCode(secret, totpStep(new Date())) };
  await ask('/sign-in', '--data', new URLSearchParams(fields).toString());
  const view = await eventually(
    async () => JSON.parse(await ask('/api/view')),
    ({ view: { look, holdings } }) => look[0]?.state === 'fresh' && holdings.length === 2,
    180_000,
  );
  expect(view).toMatchObject({ visitor: { name: 'ann', role: 'operator' } });

  const move = JSON.stringify({ does: 'move', subject: 'vip1', target: 'lb2', reason: 'a test' });
  const asked = await eventually(
    () => ask('/api/operations', '-H', 'Evenkeel-Request: 1', '--data', move),
    (answer) => answer.includes('"id"'),
    120_000,
  );
  expect(asked).toContain('"id"');
  await eventually(
    async () => JSON.parse(await ask('/api/operations')),
    ({ operations }) => operations.at(-1)?.state === 'done',
    180_000,
  );
  expect(await lab.on('lb2', 'ip', '-o', 'address', 'show')).toContain('192.168.10.100');
  expect(await edge.run('move', 'vip1', 'lb1')).toMatchObject({ code: 0 });

  // It is who it should be, and has what it should have.
  const exposure = await lab.on('dns1', 'systemd-analyze', 'security', '--no-pager', 'evenkeel-serve');
  expect(Number(/exposure level .*?: ([\d.]+)/.exec(exposure)?.[1])).toBeLessThan(3);
  expect(await lab.on('dns1', 'sh', '-c', 'stat -c %U "/proc/$(systemctl show -P MainPID evenkeel-serve)"')).toBe(
    'evenkeel-serve\n',
  );
  const files = await lab.on('dns1', 'find', '/var/lib/evenkeel-serve', '-type', 'f');
  expect(files).not.toMatch(/\/ca\/|witness\.key|tickets/);
  expect(await lab.on('lb1', 'cat', '/root/.ssh/authorized_keys')).toMatch(
    new RegExp(`restrict,from="${address}[^"]*" ssh-ed25519 \\S+ evenkeel-serve@dns1`),
  );

  // Its alerts go out from there, with what was brought.
  const chatUrl = '/var/lib/evenkeel-serve/secrets/chat-url';
  expect(await lab.on('dns1', 'stat', '-c', '%U %a', chatUrl)).toBe('evenkeel-serve 600\n');
  expect(await lab.on('dns1', '/usr/local/sbin/evenkeel', 'alert', 'test', 'pager')).toMatch(/pager +command +taken/);
  expect(await lab.on('dns1', 'cat', '/var/lib/evenkeel-serve/.evenkeel/paged')).toContain('"kind":"test"');
  await expect(lab.on('dns1', '/usr/local/sbin/evenkeel', 'alert', 'test', 'chat')).rejects.toThrow(
    /ended with 1: .*chat +webhook +not taken +connect ECONNREFUSED/s,
  );

  // Accounts there are managed there.
  expect(await lab.on('dns1', '/usr/local/sbin/evenkeel', 'serve', 'user', 'list')).toMatch(/ann +operator/);
  expect(await lab.on('dns1', '/usr/local/sbin/evenkeel', 'serve', 'user', 'remove', 'ann')).toContain(
    'ann is removed',
  );
  expect(await ask('/api/view')).toContain('sign in first');

  const removed = await edge.run('serve', '--remove', 'dns1');
  expect(removed.code, removed.stderr).toBe(0);
  for (const { name } of [...model.balancers, ...model.nameservers, ...model.webServers]) {
    expect(await lab.on(name, 'cat', '/root/.ssh/authorized_keys')).not.toContain('evenkeel-serve');
  }
  expect(
    await lab.on('dns1', 'find', '/etc', '/usr/local', '/var/lib', '/var/cache', '-name', '*evenkeel-serve*'),
  ).toBe('');
  await expect(readFile(join(edge.directory, '.evenkeel/devops/serve/dns1/chain.pem'), 'utf8')).resolves.toContain(
    'BEGIN',
  );
});
