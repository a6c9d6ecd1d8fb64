import { describe, expect, test } from 'vitest';
import { serveKeyLine, serveKnownHosts, serveSshConfig, withoutServeKey, withServeKey } from './serve-ssh.ts';

const lb1 = { name: 'lb1', destination: 'lb1.example.org', address: '192.0.2.11', user: 'admin', port: 2222 };

test('each host is reached by its address, as its user, with one key', () => {
  expect(serveSshConfig([lb1], '/var/lib/evenkeel-serve/.ssh/id_ed25519')).toBe(
    `Host lb1.example.org
  HostName 192.0.2.11
  HostKeyAlias lb1
  User admin
  Port 2222

Host *
  IdentityFile /var/lib/evenkeel-serve/.ssh/id_ed25519
  IdentitiesOnly yes
  IdentityAgent none
`,
  );
});

test.each(['lb1 lb2', '-oProxyCommand=x', 'lb1\nUser root', ''])('%j is no word for ssh', (destination) => {
  expect(() => serveSshConfig([{ ...lb1, destination }], '/key')).toThrow(/no word for ssh/);
});

test('known hosts hold what each host showed, without comments', () => {
  const keys = new Map([
    ['lb1', ['ssh-ed25519 AAAA root@lb1\n', 'ecdsa-sha2-nistp256 BBBB\n']],
    ['lb2', []],
  ]);
  expect(serveKnownHosts(keys)).toBe('lb1 ssh-ed25519 AAAA\nlb1 ecdsa-sha2-nistp256 BBBB\n');
});

describe('the key of a dashboard on a host', () => {
  const from = { host: 'dns1', addresses: ['192.0.2.21', '2001:db8::21'] };
  const line = serveKeyLine('ssh-ed25519 AAAA evenkeel-serve@dns1\n', from);
  const others = '# mine\nssh-rsa CCCC ann@desk\n';

  test('runs commands and nothing else, from there and nowhere else', () => {
    expect(line).toBe('restrict,from="192.0.2.21,2001:db8::21" ssh-ed25519 AAAA evenkeel-serve@dns1');
  });

  test.each([
    ['nothing', '', `${line}\n`],
    ['the keys of others', others, `${others}${line}\n`],
    ['the keys of others, without a line end', others.trimEnd(), `${others}${line}\n`],
    ['an older key of it', `ssh-ed25519 OLD evenkeel-serve@dns1\n${others}`, `${others}${line}\n`],
    ['the same', `${others}${line}\n`, `${others}${line}\n`],
    [
      'that of a dashboard elsewhere',
      'ssh-ed25519 OLD evenkeel-serve@dns2\n',
      `ssh-ed25519 OLD evenkeel-serve@dns2\n${line}\n`,
    ],
  ])('is put beside %s', (_, text, wanted) => {
    expect(withServeKey(text, line, 'dns1')).toBe(wanted);
    expect(withoutServeKey(wanted, 'dns1')).toBe(wanted.replace(`${line}\n`, ''));
  });
});
