import { type SecureContext, type TLSSocket, connect, createSecureContext, getCACertificates } from 'node:tls';
import type { FailureKind } from '../../facts/drill-records.ts';

/** A TLS connection to make. */
export interface Dial {
  readonly address: string;
  readonly port: number;
  /** SNI, and the name the certificate must have. */
  readonly name: string;
  /** TCP and TLS together; milliseconds. */
  readonly timeoutMs: number;
}

/** What came of it. */
export type Dialled =
  | { readonly kind: 'open'; readonly socket: TLSSocket }
  | { readonly kind: 'failed'; readonly failure: 'refused' | 'connect-timeout' | 'tls' };

/**
 * Most connections at the same time. At 150 new connections a second that all hang until a timeout of 5 s it is 750; more
 * than this is a load that nobody meant, and the probe ends with these words instead of leaving requests out.
 */
const mostConnections = 8_192;

/** This computer's own limits: what fails by them says nothing about the edge. */
const ownLimits: readonly string[] = ['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL'];

/** The probe itself can't go on. Its message is for a person. */
export class ProbeTrouble extends Error {
  override readonly name = 'ProbeTrouble';
}

/** Makes TLS connections, each with a full handshake: no session is ever resumed, as each stands for a new client. */
export class Dialler {
  readonly #context: SecureContext;
  readonly #onTrouble: (trouble: ProbeTrouble) => void;
  #open = 0;

  /** `ca` in PEM; undefined: the system's. What stops the whole probe goes to `onTrouble`. */
  constructor(ca: string | undefined, onTrouble: (trouble: ProbeTrouble) => void) {
    this.#context = createSecureContext({ ca: ca ?? getCACertificates('system') });
    this.#onTrouble = onTrouble;
  }

  /** Never rejects. An open socket has no listeners but one that ignores errors: `close` tells its owner. */
  dial({ address, port, name, timeoutMs }: Dial): Promise<Dialled> {
    if (this.#open >= mostConnections) {
      this.#onTrouble(new ProbeTrouble(`the load probe holds ${mostConnections} connections: the load is too much`));
    }
    this.#open += 1;
    return new Promise((resolve) => {
      let phase: 'tcp' | 'tls' | 'done' = 'tcp';
      const socket = connect({
        host: address,
        port,
        servername: name,
        secureContext: this.#context,
        ALPNProtocols: ['http/1.1'],
      });
      const fail = (failure: FailureOfDial): void => {
        if (phase === 'done') return;
        phase = 'done';
        clearTimeout(timer);
        socket.destroy();
        resolve({ kind: 'failed', failure });
      };
      const timer = setTimeout(() => fail(phase === 'tcp' ? 'connect-timeout' : 'tls'), timeoutMs);
      socket.setNoDelay(true);
      socket.once('connect', () => {
        phase = 'tls';
      });
      socket.once('secureConnect', () => {
        if (phase === 'done') return;
        phase = 'done';
        clearTimeout(timer);
        resolve({ kind: 'open', socket });
      });
      // Stays for the life of the socket: an error without a listener would end the probe.
      socket.on('error', (error: NodeJS.ErrnoException) => {
        const code = error.code ?? '';
        if (phase === 'tcp' && ownLimits.includes(code)) {
          this.#onTrouble(new ProbeTrouble(`the load probe can't open a connection to ${address}: ${code}`));
        }
        fail(phase === 'tcp' ? (code === 'ETIMEDOUT' ? 'connect-timeout' : 'refused') : 'tls');
      });
      socket.once('close', () => {
        this.#open -= 1;
        fail(phase === 'tcp' ? 'refused' : 'tls');
      });
    });
  }
}

type FailureOfDial = Extract<FailureKind, 'refused' | 'connect-timeout' | 'tls'>;
