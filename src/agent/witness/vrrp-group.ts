import { createSocket } from 'node:dgram';
import { isIPv4 } from 'node:net';
import { pause } from '../pause.ts';

/** Where routers that speak VRRP send their adverts (RFC 9568, section 5.1.1.2). */
const vrrpGroup = '224.0.0.18';
const retryMs = 1000;

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
  let said = '';
  while (!signal.aborted) {
    const problem = await memberUntilClosed(own, signal);
    if (signal.aborted) return;
    if (problem !== said) log(`other routers' adverts are not heard: ${problem}`);
    said = problem;
    await pause(retryMs, signal);
  }
}

function memberUntilClosed(own: string, signal: AbortSignal): Promise<string> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => {
    const close = (problem: string): void => {
      signal.removeEventListener('abort', stop);
      socket.removeAllListeners('error').on('error', () => undefined);
      socket.close(() => resolve(problem));
    };
    const stop = (): void => close('stopped');
    socket.once('error', (error) => close(error.message));
    // The port is any: what comes to it from the group's address would be UDP, which VRRP is not. It stays on the loopback.
    socket.bind({ address: '127.0.0.1', port: 0 }, () => {
      try {
        socket.addMembership(vrrpGroup, own);
      } catch (error) {
        close(error instanceof Error ? error.message : String(error));
      }
    });
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
