import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { questionContext } from '../tls-context.ts';
import type { CheckTarget } from './check-target.ts';
import { keptSession, keepSession } from './tls-sessions.ts';

/** Who uses a connection at the moment. */
export interface ConnectionUser {
  /** It can be written to. */
  readonly opened: () => void;
  readonly data: (piece: Buffer) => void;
  /** Nothing more comes; `error` when it broke. May be called more than once. */
  readonly over: (error: Error | undefined) => void;
}

/** A connection to a backend; one check after the other may use it. */
export interface CheckConnection {
  readonly socket: Socket;
  /** By the clock that never steps. */
  readonly openedMs: number;
  /** Undefined: nobody waits for anything, and whatever comes ends the connection. */
  user: ConnectionUser | undefined;
}

/** Connects, with TLS for a check of kind `https`. */
export function openConnection(target: CheckTarget): CheckConnection {
  const secure = target.check.kind === 'https';
  const socket = secure ? openTls(target) : connect(placeOf(target));
  const connection: CheckConnection = { socket, openedMs: performance.now(), user: undefined };
  const over = (error?: Error): void => {
    if (connection.user === undefined) socket.destroy();
    else connection.user.over(error);
  };
  socket.once(secure ? 'secureConnect' : 'connect', () => connection.user?.opened());
  socket.on('data', (piece: Buffer) => {
    if (connection.user === undefined) socket.destroy();
    else connection.user.data(piece);
  });
  socket.on('error', over);
  socket.once('end', () => over());
  socket.once('close', () => over());
  return connection;
}

function placeOf({ address, port }: CheckTarget): {
  readonly host: string;
  readonly port: number;
  readonly autoSelectFamily: false;
} {
  return { host: address, port, autoSelectFamily: false };
}

/** Backends have certificates of their own making; the question is whether they answer. */
function openTls(target: CheckTarget): Socket {
  const host = target.check.host ?? target.address;
  const name = host.replace(/:\d{1,5}$/, '');
  const session = keptSession(target.key);
  const socket = connectTls({
    ...placeOf(target),
    secureContext: questionContext(),
    rejectUnauthorized: false,
    // An address is no server name (RFC 6066, section 3).
    ...(isIP(host) !== 0 || isIP(name) !== 0 ? {} : { servername: name }),
    ...(session === undefined ? {} : { session }),
  });
  socket.on('session', (ticket) => keepSession(target.key, ticket));
  return socket;
}
