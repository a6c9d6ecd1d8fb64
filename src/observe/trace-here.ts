import { Resolver } from 'node:dns/promises';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { connect, rootCertificates, TLSSocket } from 'node:tls';
import { parseCertificate } from '../facts/status-certificate.ts';
import type { CertificateFacts } from '../facts/status-certificate.ts';
import type { ExchangeFacts, LookupFacts } from '../facts/trace-facts.ts';
import type { RequestOrder } from './trace-client.ts';

/** Asks one server for the addresses of a name, from this computer. */
export async function lookupFromHere(server: string, name: string): Promise<readonly LookupFacts[]> {
  const resolver = new Resolver({ timeout: 1000, tries: 1 });
  resolver.setServers([isIP(server) === 6 ? `[${server}]` : server]);
  const ask = async (type: 'A' | 'AAAA'): Promise<LookupFacts> => {
    const began = performance.now();
    const spent = (): number => Math.round((performance.now() - began) * 10) / 10;
    try {
      const records =
        type === 'A' ? await resolver.resolve4(name, { ttl: true }) : await resolver.resolve6(name, { ttl: true });
      const addresses = records.map((record) => record.address);
      return { server, type, status: 'NOERROR', addresses, ttl: records[0]?.ttl ?? 0, ms: spent(), reason: '' };
    } catch (error) {
      const code = errorCode(error);
      const status = answerCodes[code] ?? '';
      const reason = status === '' ? (silenceWords[code] ?? code) : '';
      return { server, type, status, addresses: [], ttl: 0, ms: spent(), reason };
    }
  };
  return Promise.all([ask('A'), ask('AAAA')]);
}

/** c-ares' codes that are an answer of the server (RFC 1035, 4.1.1). */
const answerCodes: Readonly<Record<string, string>> = {
  ENODATA: 'NOERROR',
  ENOTFOUND: 'NXDOMAIN',
  ESERVFAIL: 'SERVFAIL',
  EREFUSED: 'REFUSED',
};

const silenceWords: Readonly<Record<string, string>> = {
  ETIMEOUT: 'no answer in time',
  ECONNREFUSED: 'connection refused',
};

/**
 * Sends the request from this computer to one address. This computer need not use the edge's nameservers, so the
 * address is given: it is what a nameserver of the edge answered.
 */
export async function requestFromHere(order: RequestOrder, address: string): Promise<ExchangeFacts> {
  const exchange = await send(order, address);
  if (exchange.failed?.at !== 'tls') return exchange;
  // A certificate that was refused is not kept; a second, unverified look tells what was served.
  return { ...exchange, ...(await lookAtCertificate(order, address)) };
}

function send(order: RequestOrder, address: string): Promise<ExchangeFacts> {
  const began = performance.now();
  const spent = (): number => Math.round((performance.now() - began) * 10) / 10;
  const { target } = order;
  const seen: Seen = { connect: 0, tls: 0, firstByte: 0, socket: undefined };
  const facts = (rest: Partial<ExchangeFacts>): ExchangeFacts => ({
    failed: undefined,
    address: seen.connect === 0 ? '' : address,
    times: { lookup: 0, connect: seen.connect, tls: seen.tls, firstByte: seen.firstByte, total: spent() },
    tls: tlsOf(seen.socket),
    certificate: certificateOf(seen.socket),
    httpVersion: '',
    status: 0,
    bodyBytes: 0,
    headers: {},
    ...rest,
  });
  return new Promise((resolve) => {
    const open = target.scheme === 'https' ? httpsRequest : httpRequest;
    const url = new URL(target.url);
    const outgoing = open({
      host: address,
      port: target.port,
      path: `${url.pathname}${url.search}`,
      headers: { host: url.host, 'user-agent': order.agent, accept: '*/*' },
      agent: false,
      signal: AbortSignal.timeout(order.timeoutMs),
      ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
      ...(order.trust === undefined ? {} : { ca: [...rootCertificates, order.trust] }),
    });
    outgoing.on('socket', (socket) => {
      socket.on('connect', () => (seen.connect = spent()));
      if (socket instanceof TLSSocket) {
        seen.socket = socket;
        socket.on('secureConnect', () => (seen.tls = spent()));
      }
    });
    outgoing.on('response', (response) => {
      seen.firstByte = spent();
      let bodyBytes = 0;
      response.on('data', (chunk: Uint8Array) => (bodyBytes += chunk.length));
      const answer = (): Partial<ExchangeFacts> => ({
        httpVersion: response.httpVersion,
        status: response.statusCode ?? 0,
        bodyBytes,
        headers: Object.fromEntries(
          Object.entries(response.headers).map(([name, value]) => [
            name,
            Array.isArray(value) ? value.join(', ') : (value ?? ''),
          ]),
        ),
      });
      response.on('end', () => resolve(facts(answer())));
      response.on('error', (error) =>
        resolve(facts({ ...answer(), failed: { at: 'response', reason: words(error) } })),
      );
    });
    outgoing.on('error', (error) => {
      const at = seen.connect === 0 ? 'connect' : target.scheme === 'https' && seen.tls === 0 ? 'tls' : 'response';
      resolve(facts({ failed: { at, reason: words(error) }, address }));
    });
    outgoing.end();
  });
}

/** Completes a TLS handshake with whoever it is and sends nothing. */
async function lookAtCertificate(
  { target, timeoutMs }: RequestOrder,
  address: string,
): Promise<Pick<ExchangeFacts, 'tls' | 'certificate'>> {
  return new Promise((resolve) => {
    const socket = connect({
      host: address,
      port: target.port,
      rejectUnauthorized: false,
      ...(isIP(target.host) === 0 ? { servername: target.host } : {}),
    });
    const answer = (): void => {
      resolve({ tls: tlsOf(socket), certificate: certificateOf(socket) });
      socket.destroy();
    };
    socket.setTimeout(timeoutMs, answer);
    socket.on('secureConnect', answer);
    socket.on('error', answer);
  });
}

interface Seen {
  connect: number;
  tls: number;
  firstByte: number;
  socket: TLSSocket | undefined;
}

/** Only of a handshake that ended well: before that Node's typings promise a cipher that is not there. */
function tlsOf(socket: TLSSocket | undefined): ExchangeFacts['tls'] {
  const version = socket?.getProtocol() ?? null;
  const cipher: { readonly standardName: string } | undefined = socket?.getCipher();
  if (version === null || cipher === undefined) return undefined;
  return { version, cipher: cipher.standardName };
}

function certificateOf(socket: TLSSocket | undefined): CertificateFacts | undefined {
  const certificate = socket?.getPeerX509Certificate();
  return certificate === undefined ? undefined : parseCertificate(certificate.toString());
}

function words(error: Error): string {
  const code = errorCode(error);
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused';
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'no route to it from this computer';
    case 'ETIMEDOUT':
    case 'ABORT_ERR':
      return 'no answer in time';
    case 'ECONNRESET':
      return 'the connection was reset';
    case 'CERT_HAS_EXPIRED':
      return 'certificate not trusted: it has ended';
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return `certificate not trusted: ${error.message}`;
    case 'EPROTO':
      return `TLS refused: ${'reason' in error ? String(error.reason) : error.message}`;
    default:
      return error.message;
  }
}

function errorCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return error instanceof Error ? error.name : String(error);
  return error.name === 'AbortError' || error.name === 'TimeoutError' ? 'ABORT_ERR' : String(error.code);
}
