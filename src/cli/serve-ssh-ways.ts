import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import { publicKeyOf, type SshDestination } from '../render/serve-ssh.ts';

/** How long a host may take to show its keys. Seconds. */
const scanSeconds = 5;

/**
 * Sees from the dashboard's host that it reaches each host by itself, and that it is the one whose keys (`hostKeysOf`) are trusted here.
 * It goes to the address of the edge file, however this computer gets there: behind a jump host, both are on the far side of it. Throws
 * `host-unreachable` or `host-key-changed`; nothing is changed, and nobody is logged in to.
 */
export async function checkWays(
  from: Host,
  destinations: readonly SshDestination[],
  keys: ReadonlyMap<string, readonly string[]>,
): Promise<void> {
  const scans = await from.runAll(
    destinations.map(({ address, port }) => ['ssh-keyscan', '-T', String(scanSeconds), '-p', String(port), address]),
    4 * scanSeconds * 1000,
  );
  for (const [at, { name, address, port }] of destinations.entries()) {
    const shown = shownKeys(scans[at]?.stdout ?? '');
    const trusted = new Set(keys.get(name)?.map(keyWords));
    if (shown.length === 0) {
      throw new Fault({
        code: 'host-unreachable',
        message: `${from.name} does not reach ${name} at ${address}, port ${port}`,
        host: from.name,
        command: ['ssh-keyscan', '-p', String(port), address],
        said: scans[at]?.stderr.trim() ?? '',
        state: 'nothing was changed',
        next: `let ${from.name} reach port ${port} there, install on another host, or run \`evenkeel serve\` where you run evenkeel`,
      });
    }
    if (shown.some((key) => trusted.has(key))) continue;
    throw new Fault({
      code: 'host-key-changed',
      message: `what ${from.name} reaches at ${address}, port ${port}, is not ${name}: it shows other host keys`,
      host: from.name,
      state: 'nothing was changed',
      next: `see which machine has that address there: ssh-keyscan -p ${port} ${address}; the edge file names the addresses of ${name}`,
    });
  }
}

/** The keys that ssh-keyscan printed, in lines of known_hosts: the address stands before each. */
function shownKeys(stdout: string): readonly string[] {
  const lines = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => keyWords(line.slice(line.indexOf(' '))));
}

function keyWords(line: string): string {
  return publicKeyOf(line).join(' ');
}
