import { describe, expect, test } from 'vitest';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { type MemoryHost, memoryHost } from '../hosts/memory-host.ts';
import { checkWays } from './serve-ssh-ways.ts';

const way = (name: string, address: string) => ({ name, destination: name, address, user: 'root', port: 22 });
const ways = [way('lb1', '192.0.2.11'), { ...way('lb2', '192.0.2.12'), port: 2222 }];
const keys = new Map([
  ['lb1', ['ssh-ed25519 AAA1 root@lb1\n', 'ssh-rsa RRR1 root@lb1\n']],
  ['lb2', ['ssh-ed25519 AAA2\n']],
]);

/** dns1, from where the address of each host shows these lines. */
function dns1(shown: Readonly<Record<string, string>>): MemoryHost {
  return memoryHost({
    name: 'dns1',
    respond: ({ argv }) => ({
      exitCode: 0,
      stdout: shown[argv.at(-1) ?? ''] ?? '',
      stderr: `${argv.at(-1)}: Connection refused`,
    }),
  });
}

const lb1 = '# 192.0.2.11:22 SSH-2.0-OpenSSH_10.0\n192.0.2.11 ssh-rsa RRR1\n192.0.2.11 ssh-ed25519 AAA1\n';

describe('before a dashboard is installed, its host', () => {
  test('reaches each host, at its port, and sees a key that is trusted', async () => {
    const host = dns1({ '192.0.2.11': lb1, '192.0.2.12': '[192.0.2.12]:2222 ssh-ed25519 AAA2\n' });
    await checkWays(host, ways, keys);
    expect(host.commands()).toEqual([
      ['ssh-keyscan', '-T', '5', '-p', '22', '192.0.2.11'],
      ['ssh-keyscan', '-T', '5', '-p', '2222', '192.0.2.12'],
    ]);
  });

  test('does not reach one: which, from where, and what ssh says', async () => {
    expect(await thrownFault(checkWays(dns1({ '192.0.2.11': lb1 }), ways, keys))).toMatchObject({
      code: 'host-unreachable',
      message: 'dns1 does not reach lb2 at 192.0.2.12, port 2222',
      said: '192.0.2.12: Connection refused',
      state: 'nothing was changed',
    });
  });

  test('reaches another machine by that address', async () => {
    const host = dns1({ '192.0.2.11': lb1, '192.0.2.12': lb1 });
    expect(await thrownFault(checkWays(host, ways, keys))).toMatchObject({
      code: 'host-key-changed',
      message: expect.stringContaining('is not lb2'),
      state: 'nothing was changed',
    });
  });
});
