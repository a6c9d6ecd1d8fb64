import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:tls';
import { expect, onTestFinished, test, vi } from 'vitest';
import { certificateFor } from '../../test/kit/loopback-certificate.ts';
import { Fault } from '../base/fault.ts';
import type { IssuedCertificate } from '../certs/keep-certificate.ts';
import { makeTlsServer, type ServerTls } from './tls-server.ts';

const pairFor = async (name: string): Promise<IssuedCertificate> => {
  const { cert, key } = await certificateFor(name);
  return { chainPem: cert, keyPem: key };
};

async function listen(tls: ServerTls): Promise<number> {
  const ending = new AbortController();
  const server = makeTlsServer(tls, ending.signal);
  onTestFinished(() => {
    ending.abort();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address: AddressInfo | string | null = server.address();
  if (address === null || typeof address === 'string') throw new Error('it listens on no port');
  return address.port;
}

async function shownName(port: number): Promise<unknown> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

test('a renewed certificate is shown without a new start', async () => {
  const [first, second] = [await pairFor('first'), await pairFor('second')];
  let now = first;
  const port = await listen({ ...first, renewed: async () => Promise.resolve(now), renewEveryMs: 20 });
  expect(await shownName(port)).toBe('first');
  now = second;
  await vi.waitFor(async () => expect(await shownName(port)).toBe('second'), { timeout: 20_000, interval: 20 });
});

test('when no renewed one can be had, the one before stays and why is said', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue(undefined);
  onTestFinished(() => said.mockRestore());
  const trouble = new Fault({ code: 'file-unreadable', message: "/etc/ssl/edge.pem can't be read" });
  const port = await listen({
    ...(await pairFor('first')),
    renewed: async () => Promise.reject(trouble),
    renewEveryMs: 20,
  });
  await vi.waitFor(() => expect(said).toHaveBeenCalled(), { timeout: 20_000, interval: 20 });
  expect(said.mock.calls[0]?.[0]).toContain("/etc/ssl/edge.pem can't be read");
  expect(await shownName(port)).toBe('first');
});

test('nothing older than TLS 1.2 is spoken', async () => {
  const port = await listen(await pairFor('first'));
  const socket = connect({
    port,
    host: '127.0.0.1',
    rejectUnauthorized: false,
    minVersion: 'TLSv1',
    maxVersion: 'TLSv1.1',
  });
  const [error]: unknown[] = await once(socket, 'error');
  expect(String(error)).toMatch(/protocol|version|alert/i);
});
