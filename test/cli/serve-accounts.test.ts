import { copyFile, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { totpCode, totpStep } from '../../src/server/accounts/totp.ts';
import { evenkeelPath, runProgram } from '../kit/cli.ts';
import { exampleFile } from '../kit/example-model.ts';
import { httpsBrowser } from '../kit/https-browser.ts';
import { type TypedCommand, typedCommand } from '../kit/typed-command.ts';
import { formMark } from '../kit/account-dashboard.ts';

const password = 'correct horse battery staple';
let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-serve-'));
  await copyFile(exampleFile('devops.com'), join(directory, 'edge.yaml'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const snapshot = (name: string): string => `snapshots/${name}.txt`;

async function serve(...words: readonly string[]): ReturnType<typeof runProgram> {
  return runProgram([evenkeelPath, 'serve', ...words], { cwd: directory });
}

function typed(...words: readonly string[]): TypedCommand {
  return typedCommand([evenkeelPath, 'serve', ...words], directory);
}

/** What an app would show for the secret that a command wrote. */
function codeOf(link: RegExpExecArray, stepsOn = 0): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = Array.from(link[1] ?? '', (letter) => letters.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = (bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2));
  return totpCode(new Uint8Array(bytes), totpStep(new Date()) + stepsOn);
}

const secretLink = /otpauth:\/\/totp\/\S+secret=([A-Z2-7]{32})&/;

/** Makes an account as a script would; returns the link for the app. */
async function add(name: string, ...words: readonly string[]): Promise<RegExpExecArray> {
  const command = typed('user', 'add', name, ...words);
  command.type(password);
  const link = await command.says(secretLink);
  command.type(codeOf(link));
  expect(await command.ended, command.said()).toBe(0);
  return link;
}

const withoutTimes = (text: string): string =>
  text.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC/g, 'YYYY-MM-DD hh:mm:ss UTC');

describe('accounts', () => {
  test('are made with a password and a code, listed, reset and removed', async () => {
    const none = await serve('user', 'list');
    expect([none.exitCode, none.stdout]).toEqual([
      0,
      'there is no account; make one: evenkeel serve user add NAME --role operator\n'.replace('evenkeel', evenkeelPath),
    ]);
    await expect(stat(join(directory, '.evenkeel'))).rejects.toThrow('ENOENT');
    await add('ann', '--role', 'operator');
    const first = await add('wall');
    const list = await serve('user', 'list');
    await expect(withoutTimes(list.stdout)).toMatchFileSnapshot(snapshot('serve-user-list'));
    const reset = typed('user', 'reset', 'wall');
    reset.type(`${password} again`);
    const second = await reset.says(secretLink);
    expect(second[1]).not.toBe(first[1]);
    reset.type(codeOf(second));
    expect([await reset.ended, reset.said()]).toEqual([0, expect.stringContaining('every session of wall has ended')]);
    expect((await serve('user', 'remove', 'wall')).exitCode).toBe(0);
    expect(JSON.parse((await serve('user', 'list', '--json')).stdout)).toMatchObject({
      version: 1,
      edge: 'devops',
      accounts: [{ name: 'ann', role: 'operator' }],
    });
    const path = join(directory, '.evenkeel/devops/accounts.db');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(path, 'latin1')).includes(password)).toBe(false);
    expect(await readFile(join(directory, '.evenkeel/.gitignore'), 'utf8')).toContain('\n*\n');
  });

  test.each([
    ['a short password', ['short'], 2, 'choose one of 12 or more'],
    ['no password', [], 1, 'nobody answered: Password for ann'],
    ['three wrong codes', [password, '000000', 'x', '1'], 2, 'not the code of this secret'],
    ['no code', [password], 1, 'nobody answered: Code'],
  ])('are not made with %s', async (...[, lines, exitCode, words]) => {
    const command = typed('user', 'add', 'ann');
    for (const line of lines) command.type(line);
    command.end();
    expect([await command.ended, command.said()]).toEqual([exitCode, expect.stringContaining(words)]);
    expect(command.said()).not.toContain(password);
    expect(JSON.parse((await serve('user', 'list', '--json')).stdout)).toMatchObject({ accounts: [] });
  });

  test('on a terminal the password is asked for twice and never shown', async () => {
    const words = `${evenkeelPath} serve user add ann`;
    const command = typedCommand(['script', '-qec', words, '/dev/null'], directory);
    await command.says(/Password for ann: /);
    command.type(password);
    await command.says(/The same once more: /);
    command.type(password);
    const link = await command.says(secretLink);
    await command.says(/Code that the app shows now: /);
    command.type(codeOf(link));
    expect([await command.ended, command.said()]).toEqual([0, expect.stringContaining('ann may sign in, as viewer')]);
    expect(command.said()).not.toContain('correct');
  });

  test('have names that stand in a log, and one each', async () => {
    const wrong = await serve('user', 'add', 'Ann Smith');
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining('lower-case letters')]);
    await add('ann');
    const second = await serve('user', 'add', 'ann');
    expect(second.exitCode).toBe(1);
    await expect(second.stderr.replaceAll(evenkeelPath, 'evenkeel')).toMatchFileSnapshot(snapshot('serve-user-taken'));
    for (const verb of ['reset', 'remove']) {
      const unknown = await serve('user', verb, 'eve');
      expect([unknown.exitCode, unknown.stderr]).toEqual([1, expect.stringContaining('there is no account eve')]);
    }
  });
});

test('a token is shown once, alone on standard output, and is kept as a hash', async () => {
  const added = await serve('token', 'add', 'prometheus');
  expect(added.exitCode, added.stderr).toBe(0);
  expect(added.stdout).toMatch(/^[\w-]{43}\n$/);
  const file = await readFile(join(directory, '.evenkeel/devops/accounts.db'), 'latin1');
  expect(file).not.toContain(added.stdout.trim());
  const again = await serve('token', 'add', 'prometheus');
  expect([again.exitCode, again.stderr]).toEqual([1, expect.stringContaining('there is a token prometheus already')]);
  const list = await serve('token', 'list');
  expect(withoutTimes(list.stdout)).toBe('  name        made\n  prometheus  YYYY-MM-DD hh:mm:ss UTC\n');
  expect((await serve('token', 'remove', 'prometheus')).exitCode).toBe(0);
  expect((await serve('token', 'remove', 'prometheus')).exitCode).toBe(1);
});

describe('listening beyond loopback', () => {
  test('is refused while nobody could sign in, with the command that makes an account', async () => {
    const run = await serve('--listen', '0.0.0.0:0', '--name', 'edge.devops.com');
    expect(run.exitCode).toBe(1);
    await expect(run.stderr.replaceAll(evenkeelPath, 'evenkeel')).toMatchFileSnapshot(snapshot('serve-no-account'));
  });

  test.each([
    [['--listen', '0.0.0.0:0'], '--name'],
    [['--tls-cert', 'edge.pem'], '--tls-key'],
    [['--name', 'https://edge'], 'no host name'],
    [['--listen', 'edge.example.org:7780'], 'no IP address'],
    [['usr', 'add'], 'usr'],
  ])('%j is refused', async (words, said) => {
    const run = await serve(...words);
    expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining(said)]);
  });

  test('a certificate that can not serve is refused before anything listens', async () => {
    await add('ann');
    const run = await serve('--listen', '127.0.0.1:0', '--tls-cert', 'edge.yaml', '--tls-key', 'edge.yaml');
    expect([run.exitCode, run.stderr]).toEqual([1, expect.stringContaining('holds no PEM certificate')]);
  });

  test('serves over TLS whoever has an account, until they have none', async () => {
    const link = await add('ann', '--role', 'operator');
    const command = typed('--listen', '127.0.0.1:0', '--name', '127.0.0.2');
    onTestFinished(async () => {
      command.kill('SIGTERM');
      await command.ended;
    });
    const [, port = ''] = await command.says(/is shown at https:\/\/127\.0\.0\.2:(\d+)\/\n/);
    expect(command.said()).toMatch(/trust \S+\/serve\/own\/chain\.pem.*SHA-256: ([0-9A-F]{2}:){31}/s);
    const ann = httpsBrowser(Number(port));
    const mark = formMark(await ann.get('/sign-in'));
    // The code of now made the account.
    const form = { mark, name: 'ann', password, code: codeOf(link, 1) };
    expect((await ann.post('/sign-in', { form })).status).toBe(303);
    expect(JSON.parse((await ann.get('/api/view')).body)).toMatchObject({ visitor: { name: 'ann' } });
    expect((await serve('user', 'remove', 'ann')).stdout).toContain('nobody can sign in any more');
    expect((await ann.get('/api/view')).status).toBe(401);
  });
});

test('a unit names this program, this edge and these flags, whole', async () => {
  const run = await serve('--print-unit', '--listen', '[::]:443', '--name', 'edge.example.org');
  expect(run.exitCode, run.stderr).toBe(0);
  const words = `serve -f ${join(directory, 'edge.yaml')} --listen "[::]:443" --name edge.example.org`;
  expect(run.stdout).toContain(`ExecStart=${evenkeelPath} ${words}\n`);
  expect(run.stdout).toContain('AmbientCapabilities=CAP_NET_BIND_SERVICE\n');
});
