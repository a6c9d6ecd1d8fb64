import { describe, expect, test } from 'vitest';
import { describeSshRefusal } from './ssh-refusal.ts';
import { sshArguments, sshByHand, type SshTarget } from './ssh-target.ts';

const target: SshTarget = {
  name: 'lb1',
  destination: 'lb1.example.net',
  user: 'ops',
  controlDirectory: '/run/user/0/evenkeel',
  sudo: 'when-needed',
  connectTimeoutMs: 4_500,
};

describe('describeSshRefusal', () => {
  // ssh's own words, as OpenSSH 9.2 prints them; what a real sshd makes ssh say is tested in test/oracle/open-ssh.test.ts.
  test.each([
    ['ssh: connect to host lb1 port 22: Connection refused\r\n', 'host-unreachable', 'lb1 port 22: Connection refused'],
    ['ssh: connect to host lb1 port 22: No route to host\r\n', 'host-unreachable', 'No route to host'],
    ['ssh: Could not resolve hostname lb1: Name or service not known\r\n', 'host-unreachable', 'not known'],
    ['', 'host-unreachable', 'no answer'],
    ['/etc/x: line 1: Bad configuration option: foo\r\n', 'host-unreachable', 'Bad configuration option'],
    ['ops@lb1: Permission denied (publickey).\r\n', 'login-refused', 'refused the login of ops'],
    ['Received disconnect from 192.0.2.1: Too many authentication failures\r\n', 'login-refused', 'refused the login'],
    ['No ED25519 host key is known for lb1 and you have requested strict checking.\r\n', 'host-key-unknown', '(lb1)'],
    ['Host key verification failed.\r\n', 'host-key-unknown', 'host key of lb1 is not known'],
    [
      '@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.',
      'host-key-changed',
      'another',
    ],
  ])('%j is %s', (said, code, message) => {
    const { details } = describeSshRefusal(target, said);
    expect(details).toMatchObject({ code, host: 'lb1', said: said.trim(), message: expect.stringContaining(message) });
    expect(details.next).toContain('ssh ops@lb1.example.net');
  });

  test('where the old key lies is told even when ssh names no command', () => {
    const said = 'REMOTE HOST IDENTIFICATION HAS CHANGED!\r\nOffending ECDSA key in /root/.ssh/known_hosts:7\r\n';
    expect(describeSshRefusal(target, said).details.next).toContain('sed -i 7d /root/.ssh/known_hosts');
  });
});

describe('sshArguments', () => {
  const shared = { kind: 'shared', controlPath: '/run/100% mine/s' } as const;

  test('only what was set; the rest is left to ssh_config', () => {
    const words = sshArguments(target, shared);
    expect(words.slice(0, 3)).toEqual(['ssh', '-l', 'ops']);
    expect(words.slice(-2)).toEqual(['--', 'lb1.example.net']);
    expect(words).toEqual(expect.arrayContaining(['BatchMode=yes', 'StrictHostKeyChecking=yes', 'ConnectTimeout=5']));
    expect(words.join(' ')).not.toMatch(/ -F | -p | -J |IdentityFile|UserKnownHostsFile/);
  });

  test('paths are written so that ssh_config reads them back', () => {
    const words = sshArguments({ ...target, identityFile: '/my keys/id%h', knownHostsFile: '/a b' }, shared);
    expect(words).toEqual(
      expect.arrayContaining([
        'ControlPath="/run/100%% mine/s"',
        'IdentityFile="/my keys/id%%h"',
        'UserKnownHostsFile="/a b"',
        'IdentitiesOnly=yes',
      ]),
    );
    expect(() => sshArguments({ ...target, identityFile: '/a"b' }, shared)).toThrow('not a path for ssh');
  });

  test('a name that ssh would read as an option is refused', () => {
    for (const changes of [{ destination: '-oProxyCommand=reboot' }, { user: '-x' }, { proxyJump: '-x' }]) {
      expect(() => sshArguments({ ...target, ...changes }, shared)).toThrow('not a name for ssh');
    }
    expect(() => sshArguments({ ...target, destination: '' }, shared)).toThrow('no ssh destination');
  });

  test('a single connection shares nothing', () => {
    const words = sshArguments(target, { kind: 'single' });
    expect(words).toEqual(expect.arrayContaining(['ControlMaster=no', 'ControlPath=none', 'ControlPersist=no']));
  });
});

test('by hand: what a person would type', () => {
  const all = { configFile: '/c', port: 2222, proxyJump: 'gate', identityFile: '/k' };
  expect(sshByHand({ ...target, ...all })).toBe('ssh -F /c -p 2222 -J gate -i /k ops@lb1.example.net');
});
