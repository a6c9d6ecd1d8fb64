import { connect } from 'node:tls';
import type { AgentReadiness } from '../../model/agent-config.ts';
import { questionContext } from '../tls-context.ts';
import type { Answer } from './judge-readiness.ts';

/** Asks NGINX once. Never throws. */
export type AskNginx = () => Promise<Answer>;

/** What a socket says when nobody is there, or this computer could not ask: nothing is known of NGINX then. */
const sayNothing = new Set([
  'ECONNREFUSED',
  'EMFILE',
  'ENFILE',
  'ENOBUFS',
  'ENOMEM',
  'EADDRNOTAVAIL',
  'EPERM',
  'EACCES',
  'ENETUNREACH',
  'EHOSTUNREACH',
]);

/**
 * Asks the NGINX of this host as clients do: a new connection, a TLS handshake by the name of a site, then a request. The
 * handshake takes up the session of the one before (RFC 8446 2.2): the same sockets and workers for a fraction of the work.
 */
export function nginxAsker(how: AgentReadiness, port: number): AskNginx {
  const secureContext = questionContext();
  const request = `GET / HTTP/1.1\r\nHost: ${how.host}\r\nConnection: close\r\n\r\n`;
  let session: Buffer | undefined;
  return () =>
    new Promise<Answer>((settle) => {
      const socket = connect({
        host: '127.0.0.1',
        port,
        servername: how.name,
        secureContext,
        // What is asked is whether somebody answers, not who.
        rejectUnauthorized: false,
        ALPNProtocols: ['http/1.1'],
        ...(session === undefined ? {} : { session }),
      });
      const end = (answer: Answer): void => {
        clearTimeout(timer);
        settle(answer);
        socket.destroy();
      };
      const timer = setTimeout(() => end('silent'), how.timeoutMs);
      socket.on('session', (fresh) => (session = fresh));
      socket.on('secureConnect', () => socket.write(request));
      socket.once('data', () => end('alive'));
      socket.once('end', () => end('alive'));
      socket.on('error', (error) => {
        const code = 'code' in error ? String(error.code) : '';
        // A session that is no longer taken must not be offered for ever.
        session = undefined;
        end(sayNothing.has(code) ? 'unknown' : 'alive');
      });
    });
}
