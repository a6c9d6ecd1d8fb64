import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Manifest } from './host-facts.ts';
import { parseListeners } from './listeners.ts';
import { parseManifest, printManifest } from './manifest.ts';
import { parseCandidates, parseInstalled, upstreamVersion } from './packages.ts';
import { readFacts } from './read-facts.ts';
import { parseUnits } from './units.ts';
import { zoneSerial } from './zone-serial.ts';

const units = [
  'nginx.service',
  'keepalived.service',
  'nftables.service',
  'pdns.service',
  'systemd-resolved.service',
  'ssh.service',
];

function fixture(name: string): string {
  return readFileSync(new URL(`../../test/fixtures/facts/${name}`, import.meta.url), 'utf8');
}

describe('what a real host prints', () => {
  test('Debian 13 is read in full', () => {
    const read = readFacts('lb1', fixture('debian13-image.txt'), units);
    expect(read.ok).toBe(true);
    if (!read.ok) return;
    const facts = read.value;
    expect(facts.os).toEqual({ id: 'debian', versionId: '13', codename: 'trixie' });
    expect(facts.architecture).toBe('amd64');
    expect(facts.clock).toBe(1795336241);
    expect(facts.packages.get('keepalived')).toBe('1:2.3.3-1');
    expect(facts.packages.has('haproxy')).toBe(false);
    expect(facts.units.get('nginx.service')).toEqual({
      name: 'nginx.service',
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      unitFileState: 'enabled',
      mainPid: 80,
    });
    expect(facts.units.get('pdns.service')?.activeState).toBe('activating');
    expect(facts.units.get('systemd-resolved.service')?.loadState).toBe('not-found');
    const eth0 = facts.interfaces.find((link) => link.name === 'eth0');
    expect(eth0?.up).toBe(true);
    expect(eth0?.mtu).toBe(1500);
    expect(eth0?.addresses.slice(0, 2)).toEqual([
      { address: '192.168.10.11', prefix: 24 },
      { address: 'fd10::11', prefix: 64 },
    ]);
    expect(facts.listeners).toContainEqual({ protocol: 'tcp', address: '0.0.0.0', port: 80, processes: ['nginx'] });
    expect(facts.listeners).toContainEqual({ protocol: 'tcp', address: '::', port: 80, processes: ['nginx'] });
    expect(facts.listeners).toContainEqual({ protocol: 'tcp', address: '*', port: 22, processes: ['sshd', 'systemd'] });
    expect(facts.manifest).toBeUndefined();
  });

  test('Debian 12 with a masked unit and a VIP', () => {
    const read = readFacts('lb1', fixture('debian12-image.txt'), units);
    if (!read.ok) throw new Error(read.error);
    expect(read.value.os.versionId).toBe('12');
    expect(read.value.packages.get('nginx')).toBe('1.22.1-9+deb12u11');
    expect(read.value.units.get('nftables.service')?.loadState).toBe('masked');
    const addresses = read.value.interfaces.flatMap((link) => link.addresses);
    expect(addresses).toContainEqual({ address: '192.168.10.100', prefix: 32 });
  });

  test('an output that broke off is refused, not half believed', () => {
    const whole = fixture('debian13-image.txt');
    const marks = [...whole.matchAll(/@@evenkeel /g)].map((match) => match.index);
    for (const end of marks) expect(readFacts('lb1', whole.slice(0, end), units).ok).toBe(false);
  });

  test('the version apt would install, none for a package nobody has', () => {
    const candidates = parseCandidates(fixture('apt-policy.txt'));
    expect(candidates.get('nginx')).toBe('1.22.1-9+deb12u11');
    expect(candidates.get('haproxy')).toBe('2.6.12-1+deb12u4');
    expect(candidates.has('nosuch')).toBe(false);
    expect(parseCandidates('gone:\n  Installed: (none)\n  Candidate: (none)\n').size).toBe(0);
  });

  test('a removed package that left its configuration is not installed', () => {
    expect(parseInstalled('nginx\t1.22.1-9\tconfig-files\ncurl\t7.88\tinstalled\n')).toEqual(
      new Map([['curl', '7.88']]),
    );
  });

  test('units are matched by order, since an alias prints another Id', () => {
    const read = parseUnits('Id=ssh.service\nActiveState=active\n\nId=x.service\nActiveState=failed', ['sshd', 'x']);
    expect(read.get('sshd')?.activeState).toBe('active');
    expect(read.get('x')?.activeState).toBe('failed');
  });

  test('systemd-resolved on an interface of its own, and a socket without process', () => {
    const text =
      'udp UNCONN 0 0 127.0.0.53%lo:53 0.0.0.0:* users:(("systemd-resolve",pid=1,fd=13))\n' +
      'tcp LISTEN 0 128 [fd10::21]:53 [::]:*\n' +
      'udp UNCONN 0 0 [fe80::1]%eth0:546 [::]:* users:(("systemd-network",pid=2,fd=3))\n' +
      'nonsense\n';
    expect(parseListeners(text)).toEqual([
      { protocol: 'udp', address: '127.0.0.53', port: 53, processes: ['systemd-resolve'] },
      { protocol: 'tcp', address: 'fd10::21', port: 53, processes: [] },
      { protocol: 'udp', address: 'fe80::1', port: 546, processes: ['systemd-network'] },
    ]);
  });
});

test.each([
  ['1:2.3.3-1', '2.3.3'],
  ['2.2.7-1+b2', '2.2.7'],
  ['1.22.1-9+deb12u11', '1.22.1'],
  ['4.9.18-0+deb13u1', '4.9.18'],
  ['1.26.3', '1.26.3'],
])('the upstream part of %s is %s', (version, upstream) => {
  expect(upstreamVersion(version)).toBe(upstream);
});

test.each([
  ['@ 3600 IN SOA ns1.site.test. hostmaster.site.test. 2026112201 3600 600 1209600 60\n', 2026112201],
  ['@ IN SOA ns1. host. ( ; a comment 77\n  42 ; serial\n 3600 600 1 60 )', 42],
  ['@ IN NS ns1.\n', undefined],
])('the serial of a zone file', (text, serial) => {
  expect(zoneSerial(text)).toBe(serial);
});

describe('manifest', () => {
  const file = fc.record({ path: fc.string(), hash: fc.string(), activates: fc.string() });
  const manifest: fc.Arbitrary<Manifest> = fc.record({
    version: fc.constant(1 as const),
    edge: fc.string(),
    generation: fc.string(),
    files: fc.array(file),
    originals: fc.array(fc.record({ path: fc.string(), mode: fc.nat(0o7777), owner: fc.string() })),
    unfinished: fc.option(fc.record({ generation: fc.string(), files: fc.array(file) }), { nil: undefined }),
  });

  test('what is printed is read back', () => {
    fc.assert(
      fc.property(manifest, (value) => {
        expect(parseManifest(printManifest(value))).toEqual({ ok: true, value });
      }),
    );
  });

  test('no text is no manifest; a newer or a broken one is refused in words', () => {
    expect(parseManifest('')).toEqual({ ok: true, value: undefined });
    expect(parseManifest('{"version":2}')).toMatchObject({ ok: false, error: expect.stringContaining('version 2') });
    expect(parseManifest('{"vers')).toMatchObject({ ok: false, error: expect.stringContaining('not JSON') });
  });
});
