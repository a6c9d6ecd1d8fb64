import type { TLSSocket } from 'node:tls';
import type { FailureKind } from '../../facts/drill-records.ts';
import { identityHeaders } from '../../model/identity-headers.ts';
import { serverHeader } from '../target-paths.ts';
import { type AnswerHead, AnswerReader } from './answer-reader.ts';

/** How a request ended. */
export interface Outcome {
  /** Undefined: it succeeded. */
  readonly failure: FailureKind | undefined;
  /** Who answered; empty when unknown. */
  readonly server: string;
}

/** A GET as it goes over the wire. */
export function getRequest(name: string, path: string, connection: 'close' | 'keep-alive'): string {
  return `GET ${path} HTTP/1.1\r\nHost: ${name}\r\nUser-Agent: evenkeel-drill\r\nConnection: ${connection}\r\n\r\n`;
}

/** Sends a request on a connection that has just been opened, and waits for the whole answer. Ends the connection. */
export function exchange(socket: TLSSocket, request: string, timeoutMs: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const reader = new AnswerReader();
    const settle = (failure: FailureKind | undefined): void => {
      clearTimeout(timer);
      resolve({ failure, server: serverOf(reader.head) });
      socket.destroy();
    };
    const timer = setTimeout(() => settle('no-answer'), timeoutMs);
    const ended = (): void => {
      reader.finish();
      settle(reader.state === 'whole' ? failureOf(reader.head) : 'reset');
    };
    if (socket.destroyed) return ended();
    socket.on('data', (bytes: Buffer) => {
      const behind = reader.feed(bytes);
      if (reader.state === 'malformed' || behind.length > 0) settle('wrong-bytes');
      else if (reader.state === 'whole') settle(failureOf(reader.head));
    });
    socket.once('end', ended);
    socket.once('close', ended);
    socket.write(request);
  });
}

/** A status of 500 or more is a failure; any other answer is the site's own affair. */
export function failureOf(head: AnswerHead | undefined): 'status' | undefined {
  return head !== undefined && head.status >= 500 ? 'status' : undefined;
}

/** No server's name is longer (RFC 1035, section 2.3.4): a header that is must not fill every record. In characters. */
const longestName = 253;

/**
 * The web server that answered: as the drill's target names itself, or the backend that the balancer names; of several, the
 * last, as the others failed. Empty when neither is there.
 */
export function serverOf(head: AnswerHead | undefined): string {
  const target = head?.headers.get(serverHeader.toLowerCase());
  const backends = head?.headers.get(identityHeaders.backend.toLowerCase()) ?? '';
  return (target ?? backends.split(',').at(-1)?.trim() ?? '').slice(0, longestName);
}
