import { networkInterfaces } from 'node:os';
import { connect, createSecureContext, type SecureContext } from 'node:tls';
import { pause } from '../hosts/pause.ts';
import type { ProbePair } from '../report/probe-minute.ts';
import { isSuccess, probeTimeoutMs, type ProbeSource } from './probe-source.ts';

/** When our own timers are late by so much, this computer was busy, and what failed meanwhile says nothing. Milliseconds. */
const stalledMs = 500;

/** The port that is asked, other than 443 only in tests. */
interface ProbeFromHere {
  readonly port: number;
  /** Whether this computer has an IPv6 address that reaches beyond its own network segment; asked before each question. */
  readonly hasIpv6: () => boolean;
}

/** Whether an interface that is up has a global or unique local IPv6 address (RFC 4291, 2.5; RFC 4193). */
export function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some(({ family, internal, scopeid }) => family === 'IPv6' && !internal && scopeid === 0),
  );
}

/**
 * The probe that runs in this process: HTTPS to each VIP with the site's name, questions spread evenly over time, each started
 * when it is due whatever became of those before. Where this computer has no IPv6, nothing is known of what has it: that is not down.
 */
export function probeFromHere({ port, hasIpv6: canAskIpv6 }: ProbeFromHere): ProbeSource {
  return async ({ rounds: { pairs, everyMs }, onAnswer, signal }) => {
    if (pairs.length === 0) return;
    // Without one Node.js makes one for each question.
    const secureContext = createSecureContext();
    let stalls = 0;
    let due = performance.now();
    for (let index = 0; !signal.aborted; index = (index + 1) % pairs.length) {
      const pair = pairs[index];
      if (pair !== undefined && (pair.family === 4 || canAskIpv6())) void ask(index, pair);
      due += everyMs / pairs.length;
      const late = performance.now() - due;
      if (late > stalledMs) {
        stalls += 1;
        // What was missed is not made up for: it would come all at once.
        due = performance.now();
      }
      await pause(Math.max(0, due - performance.now()), signal);
    }

    async function ask(index: number, pair: ProbePair): Promise<void> {
      const [at, began, stallsBefore] = [Date.now(), performance.now(), stalls];
      const status = await askOnce(pair, { port, secureContext }, signal);
      const ms = performance.now() - began;
      const ok = isSuccess(status);
      const ours = stalls !== stallsBefore || performance.now() - due > stalledMs;
      if (!signal.aborted && (ok || !ours)) onAnswer(index, { at, ok, ms });
    }
  };
}

/**
 * `HEAD /` on a new connection: the HTTP status, 0 without one in time. Never rejects. The certificate is not judged: what is served
 * is said by `status`, and the CA may be the edge's own.
 */
function askOnce(
  { address, name }: ProbePair,
  way: { readonly port: number; readonly secureContext: SecureContext },
  signal: AbortSignal,
): Promise<number> {
  return new Promise((settle) => {
    const socket = connect({ ...way, host: address, rejectUnauthorized: false, servername: name });
    let text = '';
    const end = (status: number): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      settle(status);
    };
    const stop = (): void => end(0);
    const timer = setTimeout(stop, probeTimeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    socket.once('secureConnect', () => {
      socket.write(`HEAD / HTTP/1.1\r\nHost: ${name}\r\nUser-Agent: evenkeel-probe\r\nConnection: close\r\n\r\n`);
    });
    socket.on('data', (part) => {
      text = (text + part.toString('latin1')).slice(0, 64);
      const [, status] = /^HTTP\/1\.[01] (\d{3})\b/.exec(text) ?? [];
      if (status !== undefined) end(Number(status));
      else if (text.length >= 64) end(0);
    });
    socket.once('error', stop);
    socket.once('close', stop);
  });
}
