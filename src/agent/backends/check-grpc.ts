import { connect } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http2';
import { isIPv6 } from 'node:net';
import type { Attempt, AttemptEnd } from './check-attempt.ts';
import { plainText } from './check-failure.ts';
import { checkUserAgent } from './check-http.ts';
import type { CheckTarget } from './check-target.ts';
import { readLimit } from './http-answer.ts';

/** HealthCheckRequest with an empty `service`: the whole server. Not compressed, no byte of message. */
const question = Buffer.alloc(5);

/** ServingStatus of grpc.health.v1 (health.proto). */
const servingStatuses = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'];

/** Asks grpc.health.v1.Health/Check over HTTP/2 without TLS (gRPC over HTTP2, GRPC Health Checking Protocol). */
export function checkGrpc({ address, port, check }: CheckTarget, end: AttemptEnd): Attempt {
  let awaited = 'connection';
  const host = isIPv6(address) ? `[${address}]` : address;
  const session = connect(`http://${host}:${port}`);
  session.once('connect', () => (awaited = 'answer'));
  session.on('error', end.broken);
  session.once('close', () => end.failed('closed the connection without an answer'));
  const stream = session.request({
    ':method': 'POST',
    ':path': '/grpc.health.v1.Health/Check',
    ...(check.host === undefined ? {} : { ':authority': check.host }),
    'content-type': 'application/grpc',
    'user-agent': checkUserAgent,
    te: 'trailers',
  });
  let answer: Buffer = Buffer.alloc(0);
  let headers: IncomingHttpHeaders = {};
  // Without a message the status may come with the headers ("Trailers-Only").
  stream.on('response', (received) => (headers = { ...headers, ...received }));
  stream.on('trailers', (received) => (headers = { ...headers, ...received }));
  stream.on('data', (chunk: Buffer) => {
    answer = Buffer.concat([answer, chunk]);
    if (answer.length > readLimit) end.failed('answered far more than a health check');
  });
  // A stream that never began says so, and names the connection's own error as the cause.
  stream.on('error', (error) => end.broken(error.cause ?? error));
  stream.once('end', () => {
    const wrong = refusal(headers) ?? notServing(answer);
    if (wrong === undefined) end.passed();
    else end.failed(wrong);
  });
  stream.end(question);
  return { close: () => session.destroy(), awaited: () => awaited };
}

function refusal(headers: IncomingHttpHeaders): string | undefined {
  const http: unknown = headers[':status'];
  if (http !== 200) return `answered HTTP status ${String(http)} to a gRPC request`;
  const status = String(headers['grpc-status'] ?? '');
  if (status === '0') return undefined;
  if (status === '12') return 'has no grpc.health.v1.Health service';
  if (status === '') return 'answered without a gRPC status';
  return plainText(`answered gRPC status ${status} ${decodeURIComponentSafely(String(headers['grpc-message'] ?? ''))}`);
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Reads a HealthCheckResponse: 5 bytes of frame, then field 1 as a varint. A missing field is 0. */
function notServing(answer: Buffer): string | undefined {
  const status = answer.length >= 7 && answer[0] === 0 && answer[5] === 0x08 ? answer[6] : 0;
  return status === 1 ? undefined : `answered ${servingStatuses[status ?? 0] ?? `health ${status}`}, SERVING expected`;
}
