import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import type { LabDefinition } from './definition.ts';
import { knownHostsFile, sshArgv, sshConfigFile } from './ssh-files.ts';

const definition: LabDefinition = {
  name: 'x',
  release: 'debian13',
  networks: [],
  machines: [
    {
      name: 'lb1',
      role: 'balancer',
      interfaces: [{ name: 'eth0', network: 'lan', addresses: ['10.0.0.21/24', 'fd00::21/64'] }],
      resolvers: [],
    },
  ],
};
const folder = mkdtempSync(join(tmpdir(), 'ssh-files-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('the ssh_config of a lab', () => {
  test('means to OpenSSH what it should, by name and by address', () => {
    const path = join(folder, 'ssh_config');
    writeFileSync(path, sshConfigFile(definition));
    for (const destination of ['lb1', '10.0.0.21', 'fd00::21']) {
      const seen = execFileSync('ssh', ['-F', path, '-G', destination], { encoding: 'utf8' }).split('\n');
      expect(seen).toEqual(
        expect.arrayContaining([
          'hostname 10.0.0.21',
          'user root',
          'hostkeyalias lb1',
          'stricthostkeychecking true',
          'identitiesonly yes',
          'identityfile /var/lib/evenkeel/labs/x/id_ed25519',
          'userknownhostsfile /var/lib/evenkeel/labs/x/known_hosts',
          'proxycommand nsenter --net=/run/netns/ek-x nc -q 0 %h %p',
          expect.stringMatching(/^kexalgorithms curve25519-sha256,/),
        ]),
      );
    }
  });

  test('knows each machine by its own key', () => {
    expect(knownHostsFile(new Map([['lb1', 'ssh-ed25519 AAAA lb1\n']]))).toBe('lb1 ssh-ed25519 AAAA\n');
  });
});

describe('the words that log in', () => {
  test('name user, machine and command', () => {
    expect(sshArgv('x', 'lb1')).toEqual(['ssh', '-F', '/var/lib/evenkeel/labs/x/ssh_config', '--', 'lb1']);
    expect(sshArgv('x', 'lb1', { user: 'admin', command: ['ls', 'a b'] }).slice(3)).toEqual([
      '-l',
      'admin',
      '--',
      'lb1',
      'ls',
      `'a b'`,
    ]);
  });

  test('come out of the shell on the other side as they went in', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[^\0]*$/), { minLength: 1, maxLength: 3 }), (words) => {
        const line = sshArgv('x', 'lb1', { command: ['printf', '%s\\0', ...words] })
          .slice(5)
          .join(' ');
        expect(execFileSync('sh', ['-c', line], { encoding: 'utf8' })).toBe(words.map((word) => `${word}\0`).join(''));
      }),
      { numRuns: 30 },
    );
  });
});
