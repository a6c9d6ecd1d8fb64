import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bareFacts, file, keepalivedText } from '../../test/kit/small-edge.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { platformOf } from './platform-of.ts';
import { textDiff } from './text-diff.ts';
import { vrrpChange } from './vrrp-change.ts';
import { chooseSerials } from './zone-serials.ts';

describe('platform', () => {
  test('installed versions count, then those apt would install, then those of the release', () => {
    const facts = { ...bareFacts('lb1'), packages: new Map([['keepalived', '1:2.3.4-1']]) };
    expect(platformOf(facts)).toEqual({
      ok: true,
      value: { release: 'debian13', nginx: '1.26.3', keepalived: '2.3.4', powerdns: '4.9.18' },
    });
  });

  test.each([
    [{ id: 'ubuntu', versionId: '24.04', codename: 'noble' }, 'ubuntu 24.04'],
    [{ id: 'debian', versionId: '11', codename: 'bullseye' }, 'debian 11'],
    [{ id: '', versionId: '', codename: '' }, 'an unknown system'],
  ])('%o is refused by name', (os, name) => {
    expect(platformOf({ ...bareFacts('lb1'), os })).toMatchObject({
      ok: false,
      error: { code: 'unsupported-release', host: 'lb1', message: expect.stringContaining(name) },
    });
  });
});

describe('diff', () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

  test('of text is unified, of other bytes a size, of the same nothing', () => {
    expect(textDiff(bytes('a\nb\nc\n'), bytes('a\nB\nc\n'))).toBe('@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n');
    expect(textDiff(bytes('a\0b'), bytes('a'))).toBe('binary: 3 -> 1 bytes\n');
    expect(textDiff(new Uint8Array([0xff, 0xfe]), bytes('a'))).toBe('binary: 2 -> 1 bytes\n');
    expect(textDiff(bytes('a'), bytes('a'))).toBe('');
  });

  test('of two certificates says whose, until when and by whom, in one line', () => {
    const [old, fresh] = ['old-chain', 'new-chain'].map((name) =>
      readFileSync(new URL(`../../test/fixtures/certificates/${name}.pem`, import.meta.url), 'utf8'),
    );
    expect(textDiff(bytes(old ?? ''), bytes(fresh ?? ''))).toBe(
      'certificate of devops.com, www.devops.com: until 2026-12-22 -> until 2027-01-01, ' +
        'issued by evenkeel issuing CA of devops-com\n',
    );
    const leafOnly = fresh?.slice(0, fresh.indexOf('-----BEGIN', 1)) ?? '';
    expect(textDiff(bytes(leafOnly), bytes(fresh ?? ''))).toContain('the same, with another chain');
    const broken = '-----BEGIN CERTIFICATE-----\nbroken\n';
    expect(textDiff(bytes(broken), bytes(fresh ?? ''))).toBe('another certificate\n');
  });

  test('of two long and quite different files is counted, and does not take long', () => {
    const long = (word: string): Uint8Array =>
      bytes(Array.from({ length: 50_000 }, (_, n) => `${word} ${n}\n`).join(''));
    expect(textDiff(long('old'), long('new'))).toBe('too different to show: 50000 -> 50000 lines\n');
  });
});

describe('VRRP change', () => {
  const twoAddresses = keepalivedText(250).replace(
    '192.168.10.100/32',
    '192.168.10.100/32 dev eth0\n 192.168.10.101/32',
  );

  test.each([
    ['2.2.7', { class: 'disruptive', together: true }],
    ['2.3.3', { class: 'hitless', together: false }],
  ])('another list of addresses, keepalived %s', (version, expected) => {
    expect(vrrpChange(keepalivedText(250), twoAddresses, version)).toEqual(expected);
  });

  test.each([
    ['a new instance', '', keepalivedText(250), 'hitless'],
    ['an instance gone', keepalivedText(250), '', 'disruptive'],
    [
      'another source address',
      keepalivedText(250),
      keepalivedText(250).replace('ip 192.168.10.11', 'ip 10.0.0.1'),
      'disruptive',
    ],
    ['another interface', keepalivedText(250), keepalivedText(250).replace('eth0\n', 'eth1\n'), 'disruptive'],
    ['multicast', keepalivedText(250), keepalivedText(250).replace('unicast_peer', 'other'), 'disruptive'],
    ['only a comment', keepalivedText(250), keepalivedText(250).replace('{\n', '{ # priority 1\n'), 'hitless'],
  ])('%s', (...[, before, after, expected]) => {
    expect(vrrpChange(before, after, '2.3.3').class).toBe(expected);
  });
});

describe('zone serials', () => {
  const render =
    (body: string) =>
    (serials: ReadonlyMap<string, number>): readonly DesiredHost[] =>
      ['dns1', 'dns2'].map((host) => ({
        host,
        release: 'debian13',
        packages: [],
        units: [],
        programs: [],
        files: ['a.test', 'b.test'].map((zone) =>
          file(host, {
            path: `/zones/${zone}`,
            text: `@ IN SOA ns1. host. ${serials.get(zone) ?? 0} 1 2 3 4\n${zone} ${body}\n`,
            activates: 'zone',
          }),
        ),
      }));
  const zones = ['a.test', 'b.test'];
  const published = (body: string, serial: number, hosts: readonly string[]): readonly HostFacts[] =>
    render(body)(new Map(zones.map((zone) => [zone, serial])))
      .filter((host) => hosts.includes(host.host))
      .map((host) => ({
        ...bareFacts(host.host),
        files: new Map(
          host.files.map((one) => [
            one.path,
            { kind: 'file', mode: one.mode, owner: one.owner, hash: one.hash, bytes: one.bytes },
          ]),
        ),
      }));
  const now = new Date('2026-11-22T10:00:00Z');
  const choose = (body: string, facts: readonly HostFacts[]): number | undefined =>
    chooseSerials({ zones, render: render(body), facts, now }).get('b.test');

  test("the first is today's", () => {
    expect(choose('x', [])).toBe(2026112201);
  });

  test('an unchanged zone keeps its serial, also when a new nameserver joins', () => {
    expect(choose('x', published('x', 2026010107, ['dns1', 'dns2']))).toBe(2026010107);
    expect(choose('x', published('x', 2026010107, ['dns2']))).toBe(2026010107);
  });

  test('a changed one rises, even past today', () => {
    expect(choose('y', published('x', 2026010107, ['dns1', 'dns2']))).toBe(2026112201);
    expect(choose('y', published('x', 2026112205, ['dns1', 'dns2']))).toBe(2026112206);
  });

  test('a nameserver that has fallen behind makes it rise', () => {
    const facts = [...published('x', 2026112202, ['dns1']), ...published('old', 2026112201, ['dns2'])];
    expect(choose('x', facts)).toBe(2026112203);
  });
});
