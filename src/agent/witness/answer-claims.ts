import { once } from 'node:events';
import { reportsFor, writeDown } from './claims-book.ts';
import type { ClaimsBook } from './claims-book.ts';
import { openSocket } from './open-socket.ts';
import { takeNewer } from './replay-guard.ts';
import type { SeenSenders } from './replay-guard.ts';
import type { WitnessOptions } from './witness-options.ts';

/**
 * The witness, on a nameserver: hears the balancers' claims, and answers each with the last words of the others. Keeps nothing on disk,
 * and in memory one entry for each configured balancer. Runs until the signal fires.
 */
export async function answerClaims(options: WitnessOptions, signal: AbortSignal): Promise<void> {
  const { config, now } = options;
  const balancers = new Set(config.peers.map(({ name }) => name));
  let book: ClaimsBook = new Map();
  let seen: SeenSenders = new Map();
  const socket = openSocket(
    options,
    (message, from) => {
      if (message.kind !== 'claims' || !balancers.has(from.name)) return;
      const taken = takeNewer(seen, message);
      if (!taken.isNewer) return;
      ({ seen } = taken);
      const at = now();
      book = writeDown(book, message, at);
      const { boot, sequence } = message;
      const reports = reportsFor(book, from.name, at);
      socket.send({ kind: 'answer', sender: config.host, boot, sequence, reports }, [from]);
    },
    signal,
  );
  if (!signal.aborted) await once(signal, 'abort');
}
