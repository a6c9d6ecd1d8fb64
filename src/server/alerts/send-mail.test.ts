import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import fc from 'fast-check';
import { freePort } from '../../../test/kit/free-port.ts';
import { certificateFor } from '../../../test/kit/loopback-certificate.ts';
import { outgoingAlert } from '../../../test/kit/outgoing-alert.ts';
import { type SmtpBehaviour, smtpServer } from '../../../test/kit/smtp-server.ts';
import type { MailWay } from '../../model/alert-settings.ts';
import { sendMail } from './send-mail.ts';
import { handOver, stuffed } from './smtp-client.ts';

let pair = { key: '', cert: '' };
beforeAll(async () => {
  pair = await certificateFor('localhost');
});

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-mail-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  write('ca.pem', pair.cert, 0o644);
  write('password', 'pa ss\u00e9\n');
});

function write(name: string, content: string, mode = 0o600): void {
  writeFileSync(join(directory, name), content);
  chmodSync(join(directory, name), mode);
}

const login = { user: 'edge', passwordFile: 'password' };
const way = (port: number, differs: Partial<MailWay> = {}): MailWay => ({
  kind: 'mail',
  to: ['ops@example.com', 'night@example.org'],
  from: 'edge@example.com',
  host: 'localhost',
  port,
  tls: 'starttls',
  login: undefined,
  ca: 'ca.pem',
  ...differs,
});

const serve = (differs: Partial<SmtpBehaviour> = {}) => smtpServer({ tls: 'starttls', ...pair, ...differs });
const send = (to: MailWay, signal = AbortSignal.timeout(20_000)) =>
  sendMail(to, outgoingAlert(), { directory, signal });

describe('a letter arrives', () => {
  test('encrypted after the greeting, with a login, dots and all', async () => {
    const server = await serve({ login: 'edge pa ss\u00e9' });
    expect(await send(way(server.port, { login }))).toEqual({ kind: 'taken', said: '250 2.0.0 queued as 42' });
    expect(server.letters).toHaveLength(1);
    expect(server.letters[0]).toMatchObject({
      from: 'edge@example.com',
      to: ['ops@example.com', 'night@example.org'],
      encrypted: true,
      user: 'edge',
      data: expect.stringContaining('Subject: devops: ERROR: a1\r\n'),
    });
    expect(server.letters[0]?.data).toContain('\r\n.a line that begins with a dot\r\nund gr=C3=B6=C3=9Fer\r\n');
    expect(server.lines.filter((line) => line.startsWith('(clear)'))).toEqual([
      expect.stringMatching(/^\(clear\) EHLO \S+$/),
      '(clear) STARTTLS',
    ]);
  });

  test('encrypted from the first byte', async () => {
    const server = await serve({ tls: 'implicit' });
    expect(await send(way(server.port, { tls: 'implicit' }))).toMatchObject({ kind: 'taken' });
    expect(server.lines.some((line) => line.startsWith('(clear)'))).toBe(false);
  });

  test('in the clear, where the file says so', async () => {
    const server = await serve({ tls: 'none' });
    expect(await send(way(server.port, { tls: 'none', ca: undefined }))).toMatchObject({ kind: 'taken' });
    expect(server.letters).toMatchObject([{ encrypted: false }]);
  });

  test('for some, and it is said who was refused', async () => {
    const server = await serve({ refuses: ['night@example.org'] });
    expect(await send(way(server.port))).toEqual({
      kind: 'taken',
      said: '250 2.0.0 queued as 42; but RCPT TO night@example.org: 550 5.1.1 no such user night@example.org',
    });
    expect(server.letters).toMatchObject([{ to: ['ops@example.com'] }]);
  });
});

describe('nothing is sent', () => {
  test('in the clear to a server that does not offer STARTTLS', async () => {
    const server = await serve({ tls: 'none' });
    expect(await send(way(server.port))).toMatchObject({
      kind: 'failed',
      said: 'it offers no STARTTLS, so nothing was sent to it',
    });
    expect(server.lines).toHaveLength(1);
  });

  test('to a server whose certificate nobody trusts, or that is another one', async () => {
    const server = await serve();
    expect(await send(way(server.port, { ca: undefined }))).toMatchObject({
      kind: 'failed',
      said: expect.stringContaining('self-signed certificate'),
    });
    const other = await certificateFor('mail.example.com');
    write('other.pem', other.cert, 0o644);
    const wrong = await smtpServer({ tls: 'starttls', ...other });
    expect(await send(way(wrong.port, { ca: 'other.pem' }))).toMatchObject({
      kind: 'failed',
      said: expect.stringContaining('localhost'),
    });
    expect([...server.lines, ...wrong.lines].every((line) => /^\(clear\) (EHLO|STARTTLS)/.test(line))).toBe(true);
  });

  test('when somebody adds an answer before the encryption begins', async () => {
    const server = await serve({ injected: '250 mail.test\r\n' });
    expect(await send(way(server.port))).toMatchObject({
      kind: 'failed',
      said: 'it said more than it was asked before the encryption began',
    });
  });

  test('of a password without TLS, whoever asks', async () => {
    const server = await serve({ tls: 'none', login: 'edge x' });
    const mail = { host: 'localhost', port: server.port, tls: 'none', ca: undefined } as const;
    await expect(
      handOver(
        { ...mail, login: { user: 'edge', password: 'x' } },
        { from: 'a@b', to: ['c@d'], data: '' },
        AbortSignal.timeout(9_000),
      ),
    ).rejects.toThrow('a password never goes without TLS');
    expect(server.lines).toEqual([]);
  });

  test('with a password that others can read', async () => {
    const server = await serve({ login: 'edge x' });
    write('password', 'x', 0o640);
    expect(await send(way(server.port, { login }))).toMatchObject({ kind: 'failed', next: 'chmod 600 password' });
    expect(server.lines).toEqual([]);
  });
});

describe('what the server says', () => {
  test('a wrong password is tried again: somebody may mend it; and it is not told', async () => {
    const server = await serve({ login: 'edge other' });
    const outcome = await send(way(server.port, { login }));
    expect(outcome).toMatchObject({ kind: 'failed', said: 'login: 535 5.7.8 wrong user or password' });
    expect(JSON.stringify(outcome)).not.toContain('pa ss');
  });

  test('no login is offered', async () => {
    const server = await serve();
    expect(await send(way(server.port, { login }))).toMatchObject({ said: 'it offers no login with PLAIN' });
  });

  test('nobody of those it is for is known: refused', async () => {
    const server = await serve({ refuses: ['ops@example.com', 'night@example.org'] });
    expect(await send(way(server.port))).toMatchObject({ kind: 'refused', said: expect.stringContaining('550 5.1.1') });
    expect(server.letters).toEqual([]);
  });

  test.each([
    ['552 5.3.4 too large', 'refused'],
    ['451 4.7.1 greylisted, come back', 'failed'],
  ])('the letter: %s is %s', async (dataReply, kind) => {
    const server = await serve({ dataReply });
    expect(await send(way(server.port))).toMatchObject({ kind, said: `the letter: ${dataReply}` });
  });

  test.each([
    ['something else than SMTP', 'SSH-2.0-OpenSSH_10.0', 'it does not speak SMTP'],
    ['that it is closed', '554 go away', 'greeting: 554 go away'],
    ['more than anybody reads', `220-${'x'.repeat(100_000)}`, 'it answers without end'],
  ])('%s', async (_, greeting, said) => {
    const server = await serve({ greeting });
    expect(await send(way(server.port))).toMatchObject({ said: expect.stringContaining(said) });
  });

  test('nothing, in time: it is given up', async () => {
    const server = await serve({ greeting: '220-wait' });
    expect(await send(way(server.port), AbortSignal.timeout(300))).toMatchObject({
      kind: 'failed',
      said: 'no answer in time',
    });
  });

  test('nobody listens', async () => {
    expect(await send(way(await freePort()))).toMatchObject({
      kind: 'failed',
      said: expect.stringContaining('ECONNREFUSED'),
    });
  });
});

test('no text ends a letter before its end', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom('.', '\r', '\n', 'a') }), (text) => {
      const data = stuffed(text);
      expect(`\r\n${data}`).not.toContain('\r\n.\r\n');
      expect(data.endsWith('\r\n')).toBe(true);
      expect(data).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
      expect(data.replaceAll(/^\.\./gm, '.').replaceAll('\r\n', '\n').replace(/\n$/, '')).toBe(
        text.replaceAll(/\r\n|\r/g, '\n').replace(/\n$/, ''),
      );
    }),
  );
});
