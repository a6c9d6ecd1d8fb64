import { createServer, type Server } from 'node:https';
import { Fault } from '../base/fault.ts';
import type { IssuedCertificate } from '../certs/keep-certificate.ts';

/** What a server serves TLS with. */
export interface ServerTls extends IssuedCertificate {
  /** Asked every few hours: the pair as it should be now. Throws a Fault; then the one before stays. Undefined: it stays. */
  readonly renewed?: () => Promise<IssuedCertificate>;
  /** Between two questions for a renewed pair. Milliseconds; default six hours. */
  readonly renewEveryMs?: number;
}

const usualRenewMs = 6 * 3_600_000;

/** An HTTPS server that takes over renewed certificates without closing a connection. The signal ends the asking, not the server. */
export function makeTlsServer(tls: ServerTls, signal: AbortSignal): Server {
  const server = createServer(options(tls));
  const { renewed, renewEveryMs = usualRenewMs } = tls;
  if (renewed === undefined) return server;
  let current: IssuedCertificate = tls;
  const renew = async (): Promise<void> => {
    try {
      const pair = await renewed();
      if (pair.chainPem === current.chainPem && pair.keyPem === current.keyPem) return;
      server.setSecureContext(options(pair));
      current = pair;
    } catch (error) {
      const words = error instanceof Fault ? error.message : error instanceof Error ? error.stack : String(error);
      console.error(`evenkeel serve: the certificate stays as it is: ${words}`);
    }
  };
  const timer = setInterval(() => void renew(), renewEveryMs);
  timer.unref();
  signal.addEventListener('abort', () => clearInterval(timer), { once: true });
  return server;
}

function options({ chainPem, keyPem }: IssuedCertificate): {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2';
} {
  return { cert: chainPem, key: keyPem, minVersion: 'TLSv1.2' };
}
