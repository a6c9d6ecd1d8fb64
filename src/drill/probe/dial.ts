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
  readonly #authorities: readonly string[];
  /** Certificates that have passed the full check, PEM, by the name they were asked for. */
  readonly #checked = new Map<string, string>();
  #context: SecureContext;
  readonly #onTrouble: (trouble: ProbeTrouble) => void;
  #open = 0;

  /** `ca` in PEM; undefined: the system's. What stops the whole probe goes to `onTrouble`. */
  constructor(ca: string | undefined, onTrouble: (trouble: ProbeTrouble) => void) {
    this.#authorities = ca === undefined ? getCACertificates('system') : [ca];
    this.#context = this.#makeContext();
    this.#onTrouble = onTrouble;
  }

  /**
   * A certificate that has been checked up to its CA once is trusted as it is from then on, which saves the checks of its
   * chain's signatures, the dearest part of a handshake; any other is checked in full. Names, dates and the proof that the
   * server has the key are checked each time.
   */
  #makeContext(): SecureContext {
    return createSecureContext({
      ca: [...this.#authorities, ...this.#checked.values()],
      allowPartialTrustChain: this.#checked.size > 0,
      // The curves that cost a client least. Every server that this project sets up takes them.
      ecdhCurve: 'X25519:P-256:P-384',
    });
  }

  #remember(name: string, socket: TLSSocket): void {
    if (this.#checked.has(name)) return;
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return;
    this.#checked.set(name, certificate.toString());
    this.#context = this.#makeContext();
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
        this.#remember(name, socket);
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
