import { lookup } from 'node:dns/promises';
import type { LoadStream } from '../load-stream.ts';
import { now, onSchedule } from './clock.ts';
import type { Dialled } from './dial.ts';
import { exchange, getRequest } from './exchange.ts';
import { type RunningStream, type StreamTools, UnderWay } from './stream.ts';

type NewConnectionStream = Extract<LoadStream, { kind: 'new-connection' }>;

/** A new TLS connection and one GET on it, on schedule. `timeoutMs` covers all of it, the lookup of the name too. */
export function startNewConnections(stream: NewConnectionStream, tools: StreamTools): RunningStream {
  const underWay = new UnderWay();
  const end = onSchedule({ everyMs: stream.everyMs, offsetMs: tools.offsetMs }, () => {
    underWay.add(ask(stream, tools));
  });
  return {
    stop: async () => {
      end();
      await underWay.settled();
    },
  };
}

async function ask(stream: NewConnectionStream, { dialler, record }: StreamTools): Promise<void> {
  const start = now();
  const left = (): number => Math.max(1, start + stream.timeoutMs - now());
  const { name, port, path } = stream;
  const addresses = await addressesOf(stream);
  let address = '';
  let dialled: Dialled | undefined;
  // As curl does: the next address when one refuses or keeps silent for half of the time that is left. A client whose
  // TLS handshake failed does not try another.
  for (const [index, one] of addresses.entries()) {
    address = one;
    const timeoutMs = index + 1 < addresses.length ? left() / 2 : left();
    dialled = await dialler.dial({ address, port, name, timeoutMs });
    if (dialled.kind === 'open' || dialled.failure === 'tls') break;
  }
  const outcome =
    dialled === undefined
      ? ({ failure: 'no-address', server: '' } as const)
      : dialled.kind === 'failed'
        ? { failure: dialled.failure, server: '' }
        : await exchange(dialled.socket, getRequest(name, path, 'close'), left());
  record({ kind: 'request', stream: stream.id, start, end: now(), address, ...outcome });
}

/** In the order in which a client tries them (getaddrinfo(3), RFC 6724); none when the lookup fails or takes too long. */
async function addressesOf({ target, name, timeoutMs }: NewConnectionStream): Promise<readonly string[]> {
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
