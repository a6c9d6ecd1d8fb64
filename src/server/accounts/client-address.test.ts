import { expect, test } from 'vitest';
import { clientAddress, guessOrigin } from './client-address.ts';

test.each([
  ['192.0.2.7', '192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7', '192.0.2.7'],
  ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
  ['2001:db8:0:1:ffff::1', '2001:db8:0:1:ffff::1', '2001:db8:0:1::/64'],
  ['fe80::1%eth0', 'fe80::1', 'fe80::/64'],
  ['nonsense', 'unknown', 'unknown'],
  [undefined, 'unknown', 'unknown'],
])('%s is written down as %s and counted as %s', (remote, address, origin) => {
  expect(clientAddress(remote)).toBe(address);
  expect(guessOrigin(clientAddress(remote))).toBe(origin);
});
