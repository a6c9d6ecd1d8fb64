import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { AgentNeighbour } from '../../model/agent-config.ts';
import { keepSocket } from './keep-socket.ts';
import { decodeMessage, encodeMessage } from './witness-message.ts';
import type { WitnessMessage } from './witness-message.ts';
import type { WitnessOptions } from './witness-options.ts';

/** Sends and hears messages of this edge. */
export interface WitnessSocket {
  /** To the first address of each host that one of this host's own can reach: IPv4 before IPv6. A failure is silence to the other end. */
  readonly send: (message: WitnessMessage, to: readonly AgentNeighbour[]) => void;
}

/** Called with each authentic message and the configured host it came from. */
export type HearMessage = (message: WitnessMessage, from: AgentNeighbour) => void;

/**
 * Opens a UDP socket on each address of this host until the signal fires. An address that is not there yet is tried again each second.
 * What is not signed with the key, or does not come from an address of the host that it names, is dropped without an answer: there is
 * nothing to learn or to amplify here.
 */
export function openSocket(
  { config, key, port, log }: WitnessOptions,
  hear: HearMessage,
  signal: AbortSignal,
): WitnessSocket {
  const neighbours = new Map([...config.peers, ...config.witnesses].map((one) => [one.name, one]));
  const sockets = new Map<4 | 6, Socket>();
  const take = (bytes: Uint8Array, address: string): void => {
    const read = decodeMessage(bytes, key);
    if (!read.ok) return;
    const from = neighbours.get(read.value.sender);
    if (from?.addresses.includes(address) === true) hear(read.value, from);
  };
  for (const address of ownAddresses(config.addresses)) {
    const family = familyOf(address);
    void keepSocket(
      {
        create: () =>
          createSocket(family === 4 ? { type: 'udp4' } : { type: 'udp6', ipv6Only: true }).on(
            'message',
            (bytes, from) => take(bytes, from.address),
          ),
        at: { address, port, exclusive: true },
        onBound: (socket) => sockets.set(family, socket),
        onClosed: () => sockets.delete(family),
        onTrouble: (problem) => log(`no messages by ${address}: ${problem}`),
      },
      signal,
    );
  }
  return {
    send(message, to) {
      const bytes = encodeMessage(message, key);
      for (const { addresses } of to) {
        const reach = addresses.map((address) => ({ address, socket: sockets.get(familyOf(address)) }));
        const found = reach.find(({ socket }) => socket !== undefined);
        found?.socket?.send(bytes, port, found.address, () => undefined);
      }
    },
  };
}

/** The first of each family. */
function ownAddresses(addresses: readonly string[]): readonly string[] {
  return addresses.filter((one, index) => addresses.findIndex((other) => familyOf(other) === familyOf(one)) === index);
}

function familyOf(address: string): 4 | 6 {
  return isIPv6(address) ? 6 : 4;
}
