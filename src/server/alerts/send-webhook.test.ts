import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { freePort } from '../../../test/kit/free-port.ts';
import { certificateFor } from '../../../test/kit/loopback-certificate.ts';
import { outgoingAlert } from '../../../test/kit/outgoing-alert.ts';
import { webhookServer } from '../../../test/kit/webhook-server.ts';
import type { WebhookWay } from '../../model/alert-settings.ts';
import { sendWebhook } from './send-webhook.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-webhook-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

function secret(name: string, content: string, mode = 0o600): string {
  writeFileSync(join(directory, name), content);
  chmodSync(join(directory, name), mode);
  return name;
}

const to = (url: string, differs: Partial<WebhookWay> = {}): WebhookWay => ({
  kind: 'webhook',
  url: { kind: 'given', url },
  header: undefined,
  ca: undefined,
  insecure: false,
  ...differs,
});

const send = (way: WebhookWay, signal = AbortSignal.timeout(20_000)) =>
  sendWebhook(way, outgoingAlert(), { directory, signal });

describe('what is sent', () => {
  test('the document as JSON, with its id and the secret header, and what was said comes back', async () => {
    const server = await webhookServer();
    const header = { name: 'Authorization', file: secret('token', 'Bearer s3cr3t\n') };
    const outcome = await send(to(`http://127.0.0.1:${server.port}/hook?x=1`, { header }));
    expect(outcome).toEqual({ kind: 'taken', said: 'HTTP 200: ok' });
    expect(server.calls).toMatchObject([
      {
        path: '/hook?x=1',
        method: 'POST',
        body: outgoingAlert().document,
        headers: {
          authorization: 'Bearer s3cr3t',
          'evenkeel-id': 'a1',
          'content-type': 'application/json; charset=utf-8',
          'user-agent': 'evenkeel',
        },
      },
    ]);
  });

  test('over TLS, to who is trusted alone', async () => {
    const pair = await certificateFor('localhost');
    const server = await webhookServer(pair);
    const url = `https://localhost:${server.port}/`;
    expect(await send(to(url, { ca: secret('ca.pem', pair.cert, 0o644) }))).toMatchObject({ kind: 'taken' });
    expect(await send(to(url))).toMatchObject({
      kind: 'failed',
      said: expect.stringContaining('self-signed certificate'),
    });
    const other = await certificateFor('localhost');
    expect(await send(to(url, { ca: secret('other.pem', other.cert, 0o644) }))).toMatchObject({ kind: 'failed' });
    expect(server.calls).toHaveLength(1);
  });

  test('to a URL of a file, which is never said', async () => {
    const server = await webhookServer();
    const file = secret('url', `http://127.0.0.1:${server.port}/services/T0/s3cr3t`);
    server.answer({ status: 404, text: 'no hook /services/T0/s3cr3t' });
    const outcome = await send(to('', { url: { kind: 'file', file } }));
    expect(outcome).toMatchObject({ kind: 'refused', said: 'HTTP 404: no hook ***' });
    expect(server.calls[0]?.path).toBe('/services/T0/s3cr3t');
  });

  describe.each([
    ['as it was sent', 'no hook for token=s3cr3t%2Fa+b'],
    ['decoded', 'no hook for {"token": "s3cr3t/a b"}'],
    ['in JSON that quotes slashes', String.raw`no hook at \/services\/T0\/f4r%20away`],
    ['a part of its path, decoded', 'no hook of f4r away'],
    ['a word of its query', 'no hook for b4r3w0rd'],
    ['the query alone', 'no hook: ?token=s3cr3t%2Fa+b&v=1&b4r3w0rd'],
  ])('a URL of a file whose parts are said again, %s', (_, text) => {
    test.each([200, 400, 500])('with %d', async (status) => {
      const server = await webhookServer();
      const path = '/services/T0/f4r%20away?token=s3cr3t%2Fa+b&v=1&b4r3w0rd';
      const file = secret('url', `http://127.0.0.1:${server.port}${path}`);
      server.answer({ status, text });
      const { said } = await send(to('', { url: { kind: 'file', file } }));
      expect(server.calls[0]?.path).toBe(path);
      expect(said).toMatch(/^HTTP \d+: no hook/);
      expect(said).toContain('***');
      expect(said).not.toMatch(/s3cr3t|a.b|f4r|away|b4r3w0rd/);
    });
  });

  test.each([
    ['https://chat2.example.com:8443/v2/hook?token=s3cr3t', 'https://chat2.example.com:8443'],
    ['//chat2.example.com/s3cr3t', 'http://chat2.example.com'],
    ['https://ann:s3cr3t@chat2.example.com/', 'https://chat2.example.com'],
    ['mailto:s3cr3t@example.com', 'nowhere that can be told'],
    ['http://[s3cr3t', 'nowhere that can be told'],
    ['', 'nowhere that can be told'],
  ])('a redirect to %j is told as %s', async (location, said) => {
    const server = await webhookServer();
    const file = secret('url', `http://127.0.0.1:${server.port}/hook?token=s3cr3t`);
    server.answer({ status: 308, headers: { location }, text: 'see /v2/hook?token=s3cr3t' });
    expect(await send(to('', { url: { kind: 'file', file } }))).toMatchObject({
      kind: 'refused',
      said: `HTTP 308, to ${said}`,
    });
  });

  test.each([
    ['http://hooks.example.com/x', 'the URL would send alerts in the clear over the network'],
    ['https://user:pass@hooks.example.com/', 'the URL holds a login'],
    ['hooks', 'the file holds no URL'],
  ])('a file with %s is not used', async (content, said) => {
    const outcome = await send(to('', { url: { kind: 'file', file: secret('url', content) } }));
    expect(outcome).toMatchObject({ kind: 'failed', said });
  });

  test('nothing, when a secret can be read by others', async () => {
    const server = await webhookServer();
    const header = { name: 'X-Token', file: secret('token', 's3cr3t', 0o644) };
    expect(await send(to(`http://127.0.0.1:${server.port}/`, { header }))).toMatchObject({
      kind: 'failed',
      next: 'chmod 600 token',
    });
    expect(server.calls).toEqual([]);
  });
});

describe('what the other end says', () => {
  test.each([
    [204, 'taken'],
    [400, 'refused'],
    [401, 'failed'],
    [403, 'failed'],
    [404, 'refused'],
    [408, 'failed'],
    [413, 'refused'],
    [429, 'failed'],
    [500, 'failed'],
    [503, 'failed'],
  ])('%d is %s', async (status, kind) => {
    const server = await webhookServer();
    server.answer({ status });
    expect(await send(to(`http://127.0.0.1:${server.port}/`))).toMatchObject({ kind, said: `HTTP ${status}` });
  });

  test('a redirect is not followed', async () => {
    const server = await webhookServer();
    server.answer({ status: 302, headers: { location: '/elsewhere' } });
    expect(await send(to(`http://127.0.0.1:${server.port}/`))).toMatchObject({
      kind: 'refused',
      said: `HTTP 302, to http://127.0.0.1:${server.port}`,
    });
    expect(server.calls).toHaveLength(1);
  });

  test('is cut, in one line, and without the secret', async () => {
    const server = await webhookServer();
    const header = { name: 'X-Token', file: secret('token', 'Bearer s3cr3t') };
    server.answer({ status: 500, text: `bad s3cr3t\n\u001b[31m${'x'.repeat(100_000)}` });
    const { said } = await send(to(`http://127.0.0.1:${server.port}/`, { header }));
    expect(said).toMatch(/^HTTP 500: bad \*\*\* \[31mx+\.\.\.$/);
    expect(said.length).toBeLessThan(230);
  });

  test('nothing, in time: it is given up', async () => {
    const server = await webhookServer();
    server.answer('hang');
    expect(await send(to(`http://127.0.0.1:${server.port}/`), AbortSignal.timeout(300))).toMatchObject({
      kind: 'failed',
      said: 'no answer in time',
    });
  });

  test('nobody listens', async () => {
    expect(await send(to(`http://127.0.0.1:${await freePort()}/`))).toMatchObject({
      kind: 'failed',
      said: expect.stringContaining('ECONNREFUSED'),
    });
  });
});
