import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { keepSocket } from './keep-socket.ts';

/** Where routers that speak VRRP send their adverts (RFC 9568, section 5.1.1.2). */
const vrrpGroup = '224.0.0.18';

/**
 * Is a member of VRRP's group on the link of an address until the signal fires. Our own adverts are unicast, so nobody else here would be one, and
 * the kernel drops what is sent to a group without members before the firewall's table sees it: a router that uses a number of
 * ours would go unnoticed. Nothing is read here; the table remembers who spoke.
 */
export async function inVrrpGroup(
  { addresses, log }: { readonly addresses: readonly string[]; readonly log: (line: string) => void },
  signal: AbortSignal,
): Promise<void> {
  const own = addresses.find((address) => isIPv4(address));
  if (own === undefined) return;
  await keepSocket(
    {
      create: () => createSocket('udp4'),
      // Any port, on the loopback: VRRP is no UDP, so nothing of the group comes to it.
      at: { address: '127.0.0.1', port: 0 },
      onBound: (socket) => socket.addMembership(vrrpGroup, own),
      onTrouble: (problem) => log(`other routers' adverts are not heard: ${problem}`),
    },
    signal,
  );
}
