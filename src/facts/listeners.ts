import type { Listener } from './host-facts.ts';

/**
 * Reads `ss -Hlntup` (iproute2): `NETID STATE RECV-Q SEND-Q LOCAL PEER [users:(("name",pid=1,fd=2),...)]`.
 * LOCAL is `0.0.0.0:80`, `[::]:80`, `*:80` or `127.0.0.53%lo:53`.
 */
export function parseListeners(text: string): readonly Listener[] {
  return text.split('\n').flatMap((line) => {
    const [protocol, , , , local = ''] = line.trim().split(/\s+/);
    const colon = local.lastIndexOf(':');
    const port = Number(local.slice(colon + 1));
    if ((protocol !== 'tcp' && protocol !== 'udp') || colon < 0 || !Number.isInteger(port)) return [];
    const address = local
      .slice(0, colon)
      .replace(/^\[|\]$/g, '')
      .replace(/%.*$/, '')
      .replace(/\]$/, '');
    const processes = new Set([...line.matchAll(/\("([^"]*)",pid=/g)].map((match) => match[1] ?? ''));
    return [{ protocol, address, port, processes: [...processes].sort() }];
  });
}
