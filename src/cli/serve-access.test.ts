import { describe, expect, test } from 'vitest';
import { urlHost } from '../base/address.ts';
import { isLoopback } from '../base/loopback.ts';
import { accessOf, readServerName } from './serve-access.ts';
import { readListen } from './serve-listen.ts';

const loopback = readListen('127.0.0.1:7780');
const elsewhere = readListen('192.0.2.7:7780');
const everywhere = readListen('[::]:7780');
const own = { kind: 'own' };

describe('who comes in', () => {
  test.each([
    ['loopback alone', { listen: loopback }, { kind: 'link' }],
    ['loopback of IPv6', { listen: readListen('[::1]:0') }, { kind: 'link' }],
    ['a name', { listen: loopback, name: ['localhost'] }, { kind: 'accounts', names: ['localhost'], tls: own }],
    ['an address', { listen: elsewhere }, { kind: 'accounts', names: [], tls: own }],
    ['all addresses', { listen: everywhere, name: ['a', 'b', 'a'] }, { kind: 'accounts', names: ['a', 'b'], tls: own }],
    [
      'a certificate',
      { listen: loopback, tlsCert: 'c.pem', tlsKey: 'k.pem' },
      { kind: 'accounts', names: [], tls: { kind: 'files', certificate: 'c.pem', key: 'k.pem' } },
    ],
  ])('%s', (_, flags, access) => {
    expect(accessOf(flags)).toEqual({ ok: true, value: access });
  });

  test.each([
    ['a certificate without its key', { listen: elsewhere, tlsCert: 'c.pem' }, '--tls-key'],
    ['a key without its certificate', { listen: elsewhere, tlsKey: 'k.pem' }, '--tls-cert'],
    ['all addresses without a name', { listen: everywhere }, '--name'],
  ])('refused: %s', (_, flags, words) => {
    expect(accessOf(flags)).toEqual({ ok: false, error: expect.stringContaining(words) });
  });
});

test.each([
  ['Edge.Example.ORG', 'edge.example.org', 'edge.example.org'],
  ['192.0.2.7', '192.0.2.7', '192.0.2.7'],
  ['[2001:DB8::7]', '2001:db8::7', '[2001:db8::7]'],
  ['2001:db8:0::7', '2001:db8::7', '[2001:db8::7]'],
])('the name %s is %s, in a URL %s', (text, name, inUrl) => {
  expect(readServerName(text)).toBe(name);
  expect(urlHost(name)).toBe(inUrl);
});

test.each(['', 'edge.example.org:443', 'https://edge', '*.example.org', '192.0.2.300', 'a b', 'x\ny'])(
  '%j is no name',
  (text) => {
    expect(() => readServerName(text)).toThrow('no host name');
  },
);

test.each([
  ['127.0.0.1:7780', true],
  ['127.9.9.9:1', true],
  ['[::1]:1', true],
  ['192.0.2.1:1', false],
  ['0.0.0.0:1', false],
  ['[::]:1', false],
])('%s is reached from this computer alone: %s', (text, alone) => {
  expect(isLoopback(readListen(text).address)).toBe(alone);
});

test.each(['', '7780', 'localhost:7780', '127.0.0.1', '127.0.0.1:99999', '[::1]', '::1:x'])(
  '%j is no place',
  (text) => {
    expect(() => readListen(text)).toThrow(/give/);
  },
);
