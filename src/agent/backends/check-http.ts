import { connect, isIP, isIPv6 } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls, createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { Attempt, AttemptEnd } from './check-attempt.ts';
import type { CheckTarget } from './check-target.ts';
import { answerReader, readLimit } from './http-answer.ts';
import type { AnswerJudgement } from './http-answer.ts';
import { keptSession, keepSession } from './tls-sessions.ts';

/** How checks name themselves, so that access logs can leave them out. */
export const checkUserAgent = 'evenkeel-check';

/** An answer that is judged may take so long to end; then it is cut. Most end at once, and see no reset in their logs. */
const restMs = 100;

/** Sends one GET and judges status and text of the answer. Redirects are answers; certificates are not judged. */
export function checkHttp(target: CheckTarget, end: AttemptEnd): Attempt {
  const secure = target.check.kind === 'https';
  const { read, end: endOfAnswer } = answerReader(target.check);
  const socket = secure ? openTls(target) : connect(placeOf(target));
  let awaited = 'connection';
  let judgement: AnswerJudgement | undefined;
  let rest: NodeJS.Timeout | undefined;
  let bytes = 0;
  const tell = (): void => {
    const { error } = (judgement ??= endOfAnswer());
    if (error === undefined) end.passed();
    else end.failed(error);
  };
  socket.once(secure ? 'secureConnect' : 'connect', () => {
    awaited = 'answer';
    socket.write(requestText(target));
  });
  socket.on('data', (piece: Buffer) => {
    bytes += piece.length;
    if (judgement === undefined) {
      judgement = read(piece);
      if (judgement !== undefined) rest = setTimeout(tell, restMs);
    }
    if (judgement !== undefined && bytes > readLimit) tell();
  });
  socket.on('error', (error) => {
    if (judgement === undefined) end.broken(error);
    else tell();
  });
  socket.once('end', tell);
  socket.once('close', tell);
  return {
    close: () => {
      clearTimeout(rest);
      socket.destroy();
    },
    awaited: () => (bytes === 0 ? awaited : 'end of the answer'),
  };
}

function placeOf({ address, port }: CheckTarget): {
  readonly host: string;
  readonly port: number;
  readonly autoSelectFamily: false;
} {
  return { host: address, port, autoSelectFamily: false };
}

/** The question, as a client would ask it (RFC 9112, section 3). Everything in it was judged when the edge file was read. */
function requestText({ address, port, check: { path, host } }: CheckTarget): string {
  const own = `${isIPv6(address) ? `[${address}]` : address}:${port}`;
  return `GET ${path} HTTP/1.1\r\nHost: ${host ?? own}\r\nUser-Agent: ${checkUserAgent}\r\nAccept: */*\r\nConnection: close\r\n\r\n`;
}

/** One for all checks, made when the first one needs it: to make one costs more than the check itself. */
let secureContext: SecureContext | undefined;

/** Backends have certificates of their own making; the question is whether they answer. */
function openTls(target: CheckTarget): Socket {
  const host = target.check.host ?? target.address;
  const name = host.replace(/:\d{1,5}$/, '');
  const session = keptSession(target.key);
  const socket = connectTls({
    ...placeOf(target),
    secureContext: (secureContext ??= createSecureContext()),
    rejectUnauthorized: false,
    // An address is no server name (RFC 6066, section 3).
    ...(isIP(host) !== 0 || isIP(name) !== 0 ? {} : { servername: name }),
    ...(session === undefined ? {} : { session }),
  });
  socket.on('session', (ticket) => keepSession(target.key, ticket));
  return socket;
}
