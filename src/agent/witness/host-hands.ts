import { execFile } from 'node:child_process';
import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { strangersSet } from '../../model/witness-paths.ts';
import { writeVerdict } from '../verdict-file.ts';

/** What a balancer's agent does on its host, and looks at. */
export interface HostHands {
  /** Every address on the interface; one netlink request. */
  readonly addresses: () => ReadonlySet<string>;
  /** Replaces a file that keepalived tracks: renamed into place, because keepalived takes an empty one for `0`. */
  readonly writeVerdict: (path: string, verdict: '0' | '1') => Promise<void>;
  /**
   * Tells the IPv4 neighbours that this address is here (gratuitous ARP). Debian has no such command for IPv6: there the neighbours
   * wait for keepalived, which tells them every second (`vrrp_garp_master_refresh`).
   */
  readonly announce: (address: string) => Promise<void>;
  /** Takes an address off this interface that nobody else takes off. */
  readonly drop: (address: string) => Promise<void>;
  /** Whether anybody at these IPv4 addresses answers ARP within a second. `somebody` too when that can't be found out. */
  readonly askWire: (addresses: readonly string[]) => Promise<'somebody' | 'nobody'>;
  /** What `arping` prints when it asks who else has this address (RFC 5227, section 2.1.1). Empty when it can't be asked. */
  readonly askOwner: (address: string) => Promise<string>;
  /** What `nft` prints of the set of foreign VRRP speakers, as JSON. Empty when it can't. */
  readonly listStrangers: () => Promise<string>;
}

/** The hands of this host, on one interface. `arping` is that of iputils. */
export function hostHands(device: string): HostHands {
  return {
    addresses: () => new Set((networkInterfaces()[device] ?? []).map(({ address }) => address)),
    async writeVerdict(path, verdict) {
      writeVerdict(path, verdict);
    },
    async announce(address) {
      await tool('arping', ['-q', '-U', '-c', '1', '-w', '1', '-I', device, address]);
    },
    async drop(address) {
      await tool('ip', ['address', 'del', `${address}/${isIPv4(address) ? 32 : 128}`, 'dev', device]);
    },
    async askWire(addresses) {
      const asked = addresses.filter((address) => isIPv4(address));
      const ends = await Promise.all(
        asked.map(
          async (address) => (await tool('arping', ['-q', '-f', '-c', '2', '-w', '1', '-I', device, address])).end,
        ),
      );
      // 1: asked, and nobody answered.
      return ends.length > 0 && ends.every((end) => end === 1) ? 'nobody' : 'somebody';
    },
    async askOwner(address) {
      return (await tool('arping', ['-D', '-c', '1', '-w', '1', '-I', device, address])).stdout;
    },
    async listStrangers() {
      return (await tool('nft', ['-j', 'list', 'set', 'inet', 'evenkeel', strangersSet])).stdout;
    },
  };
}

/** Longer than any of the above takes. */
const timeoutMs = 5000;

/** `end`: the exit status; undefined when it could not start or was killed. */
function tool(
  program: 'arping' | 'ip' | 'nft',
  args: readonly string[],
): Promise<{ readonly end: number | undefined; readonly stdout: string }> {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: timeoutMs, killSignal: 'SIGKILL' }, (error, stdout) => {
      const code = error === null ? 0 : error.code;
      resolve({ end: typeof code === 'number' ? code : undefined, stdout });
    });
  });
}
