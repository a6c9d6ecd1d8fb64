import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addressAt,
  addressBytes,
  compareAddresses,
  lastAddress,
  networkBase,
  networkContains,
  parseAddress,
  parseNetwork,
  unusableAddress,
} from './address.ts';
import type { Address, Network } from './address.ts';

function address(text: string): Address {
  const parsed = parseAddress(text);
  if (parsed === undefined) throw new Error(`${text} is no address`);
  return parsed;
}

function network(text: string): Network {
  const parsed = parseNetwork(text);
  if (parsed === undefined) throw new Error(`${text} is no network`);
  return parsed;
}

describe('parseAddress', () => {
  it.each([
    ['192.168.10.1', 4, '192.168.10.1'],
    ['0.0.0.0', 4, '0.0.0.0'],
    ['FD00:0010:0:0::0001', 6, 'fd00:10::1'],
    ['::', 6, '::'],
    ['2001:db8:0:1:1:1:1:1', 6, '2001:db8:0:1:1:1:1:1'],
  ] as const)('reads %s in canonical form', (text, family, canonical) => {
    expect(parseAddress(text)).toEqual({ family, text: canonical });
  });

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '010.1.1.1',
    '0x7f.0.0.1',
    '1.2.3.4/24',
    'fe80::1%eth0',
    ':::',
    'g::1',
    'web1',
    ' 1.2.3.4',
    '1.2.3.4\n',
  ])('refuses %j', (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });

  it('gives back what it wrote, for every address', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const first = address(text);
        expect(parseAddress(first.text)).toEqual(first);
      }),
    );
  });
});

describe('parseNetwork', () => {
  it('clears host bits', () => {
    expect(parseNetwork('192.168.10.77/24')).toEqual({
      family: 4,
      base: '192.168.10.0',
      prefix: 24,
      text: '192.168.10.0/24',
    });
    expect(parseNetwork('fd00:10::77/64')).toMatchObject({ family: 6, text: 'fd00:10::/64' });
    expect(parseNetwork('10.1.2.3/13')).toMatchObject({ text: '10.0.0.0/13' });
  });

  it.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '::/129', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/ 8', 'lan/24'])(
    'refuses %j',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined();
    },
  );
});

describe('networks and addresses', () => {
  it('a network holds its first and last address and not the one after', () => {
    const lan = network('192.168.10.0/25');
    expect(networkContains(lan, address('192.168.10.0'))).toBe(true);
    expect(lastAddress(lan).text).toBe('192.168.10.127');
    expect(networkContains(lan, lastAddress(lan))).toBe(true);
    expect(networkContains(lan, address('192.168.10.128'))).toBe(false);
    expect(networkContains(lan, address('::'))).toBe(false);
    expect(lastAddress(network('fd00::/126')).text).toBe('fd00::3');
  });

  it('counts addresses from the first one and stops at the end', () => {
    expect(addressAt(network('192.168.0.0/16'), 0)?.text).toBe('192.168.0.0');
    expect(addressAt(network('192.168.0.0/16'), 256)?.text).toBe('192.168.1.0');
    expect(addressAt(network('192.168.10.0/24'), 255)?.text).toBe('192.168.10.255');
    expect(addressAt(network('192.168.10.0/24'), 256)).toBeUndefined();
    expect(addressAt(network('255.255.255.0/24'), 256)).toBeUndefined();
    expect(addressAt(network('fd00:10::/64'), 0x10001)?.text).toBe('fd00:10::1:1');
  });

  it('every address lies in its own network of every length', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.integer({ min: 0, max: 32 }), (text, prefix) => {
        const own = network(`${text}/${prefix}`);
        expect(networkContains(own, address(text))).toBe(true);
        expect(own.base).toBe(networkBase(address(text), prefix));
      }),
    );
  });

  it('orders IPv4 before IPv6 and then by value, not by text', () => {
    const sorted = ['fd00::1', '192.168.10.9', '192.168.10.10', '::2'].map(address).toSorted(compareAddresses);
    expect(sorted.map(({ text }) => text)).toEqual(['192.168.10.9', '192.168.10.10', '::2', 'fd00::1']);
    expect(compareAddresses(address('::1'), address('0:0::1'))).toBe(0);
  });

  it('knows bytes', () => {
    expect(addressBytes(address('192.168.10.1'))).toEqual([192, 168, 10, 1]);
    expect(addressBytes(address('fd00::1'))).toHaveLength(16);
  });
});

describe('unusableAddress', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['::1', 'loopback'],
    ['224.0.0.18', 'multicast'],
    ['ff02::1', 'multicast'],
    ['169.254.1.1', 'link-local'],
    ['fe80::1', 'link-local'],
    ['0.0.0.0', 'unspecified'],
    ['::', 'unspecified'],
    ['255.255.255.255', 'broadcast'],
    ['::ffff:10.0.0.1', 'IPv6 form'],
  ])('says why nobody has %s', (text, reason) => {
    expect(unusableAddress(address(text))).toContain(reason);
  });

  it.each(['10.0.0.1', '192.0.2.1', '8.8.8.8', '100.64.0.1', 'fd00::1', '2001:db8::1', '2a00::1'])(
    'lets %s pass',
    (text) => {
      expect(unusableAddress(address(text))).toBeUndefined();
    },
  );
});
