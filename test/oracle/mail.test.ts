import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { MailWay } from '../../src/model/alert-settings.ts';
import { sendMail } from '../../src/server/alerts/send-mail.ts';
import { eximServer, type EximServer, whyNoExim } from '../kit/exim-server.ts';
import { outgoingAlert } from '../kit/outgoing-alert.ts';

const reason = whyNoExim();
if (reason !== undefined) process.stderr.write(`skipped: mail through a real server (${reason})\n`);

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-mail-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

async function wayTo({ port, cert }: EximServer, differs: Partial<MailWay> = {}): Promise<MailWay> {
  await writeFile(join(directory, 'ca.pem'), cert);
  await writeFile(join(directory, 'password'), 's3cr3t\n', { mode: 0o600 });
  return {
    kind: 'mail',
    to: ['ops@example.com'],
    from: 'edge@example.com',
    host: 'localhost',
    port,
    tls: 'starttls',
    login: { user: 'edge', passwordFile: 'password' },
    ca: 'ca.pem',
    ...differs,
  };
}

const send = (way: MailWay, text = 'one\n.two\n.\n..three\ngrößer\n') =>
  sendMail(way, outgoingAlert('a1', { text }), { directory, signal: AbortSignal.timeout(60_000) });

describe.skipIf(reason !== undefined)("mail through Debian's Exim", { timeout: 120_000 }, () => {
  test('arrives encrypted, with the login, as it was written', async () => {
    const server = await eximServer('s3cr3t');
    expect(await send(await wayTo(server))).toMatchObject({
      kind: 'taken',
      said: expect.stringMatching(/^250 OK id=/),
    });
    expect(server.letters()).toHaveLength(1);
    const [letter] = server.letters();
    expect(letter?.headers).toContain('Subject: devops: ERROR: a1\n');
    expect(letter?.headers).toMatch(/with esmtpsa\s+\(TLS1\.[23]\)/);
    expect(letter?.body).toBe('one\n.two\n.\n..three\ngr=C3=B6=C3=9Fer\n\n');
  });

  test('a wrong password, a stranger, a server that is not trusted', async () => {
    const server = await eximServer('another');
    const way = await wayTo(server);
    expect(await send(way)).toMatchObject({ kind: 'failed', said: expect.stringMatching(/^login: 535 /) });
    expect(await send({ ...way, login: undefined })).toMatchObject({
      kind: 'refused',
      said: expect.stringContaining('550 log in first'),
    });
    expect(await send({ ...way, ca: undefined })).toMatchObject({
      kind: 'failed',
      said: expect.stringContaining('self-signed'),
    });
    expect(server.letters()).toEqual([]);
  });

  test('a domain that it does not carry is refused', async () => {
    const server = await eximServer('s3cr3t');
    const way = await wayTo(server, { to: ['ops@elsewhere.org'] });
    expect(await send(way)).toMatchObject({ kind: 'refused', said: expect.stringContaining('relay not permitted') });
  });
});
