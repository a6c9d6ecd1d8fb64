import { lookup } from 'node:dns/promises';
import type { TLSSocket } from 'node:tls';
import type { FailureKind } from '../../facts/drill-records.ts';
import type { StreamTarget } from '../load-stream.ts';
import { now } from './clock.ts';
import type { Dialler } from './dial.ts';

/** Where a client wants to go. */
export interface Destination {
  readonly target: StreamTarget;
  readonly name: string;
  readonly port: number;
}

/** What came of it. `address` is the last that was tried; empty when there was none. */
export type Reached =
  | { readonly kind: 'open'; readonly address: string; readonly socket: TLSSocket }
  | { readonly kind: 'failed'; readonly address: string; readonly failure: FailureKind };

/**
 * Looks the name up and connects as curl does: to the first address, and to the next one when an address refuses or keeps
 * silent for half of the time that is left. A client whose TLS handshake failed does not try another. Never rejects.
 */
export async function reach(dialler: Dialler, destination: Destination, timeoutMs: number): Promise<Reached> {
  const deadline = now() + timeoutMs;
  const left = (): number => Math.max(1, deadline - now());
  const { name, port } = destination;
  const addresses = await addressesOf(destination, timeoutMs);
  let failed: Reached = { kind: 'failed', address: '', failure: 'no-address' };
  for (const [index, address] of addresses.entries()) {
    const isLast = index + 1 === addresses.length;
    const dialled = await dialler.dial({ address, port, name, timeoutMs: isLast ? left() : left() / 2 });
    if (dialled.kind === 'open') return { ...dialled, address };
    failed = { ...dialled, address };
    if (dialled.failure === 'tls') break;
  }
  return failed;
}

/** In the order in which a client tries them (getaddrinfo(3), RFC 6724); none when the lookup fails or takes too long. */
async function addressesOf({ target, name }: Destination, timeoutMs: number): Promise<readonly string[]> {
  if (target.kind === 'address') return [target.address];
  const { promise: late, resolve } = Promise.withResolvers<readonly string[]>();
  const timer = setTimeout(() => resolve([]), timeoutMs);
  // getaddrinfo of the C library, as every program uses it, with the resolvers and options of resolv.conf.
  const found = lookup(name, { all: true, order: 'verbatim' }).then(
    (answers) => answers.map((answer) => answer.address),
    () => [],
  );
  const addresses = await Promise.race([found, late]);
  clearTimeout(timer);
  return addresses;
}
