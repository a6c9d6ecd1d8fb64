import { createSecureContext } from 'node:tls';
import type { SecureContext } from 'node:tls';

let context: SecureContext | undefined;

/**
 * What the agent asks over TLS with, where the question is whether somebody answers and not who. One for all, made when the first one needs
 * it: to make one costs more than a question. No authorities: reading Node's own would take milliseconds and memory. A key is made for the
 * first curve alone; by default there is one against computers to come as well, which costs more.
 */
export function questionContext(): SecureContext {
  context ??= createSecureContext({ ca: [], ecdhCurve: 'X25519:P-256:P-384:P-521' });
  return context;
}
