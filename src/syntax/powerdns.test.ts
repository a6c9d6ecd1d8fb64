import { describe, expect, it } from 'vitest';

import { printPowerdns } from './powerdns.ts';

describe('printPowerdns', () => {
  it('prints settings, lists, empty values and reasons', () => {
    expect(
      printPowerdns(
        ['head'],
        [
          { name: 'launch', value: 'gsqlite3' },
          { name: 'local-address', value: ['192.0.2.1', '2001:db8::1'], note: 'never a wildcard' },
          { name: 'include-dir', value: '' },
          { name: '8bit-dns', value: 'no' },
          { name: 'cache-ttl', value: 5 },
        ],
      ),
    ).toBe(`# head
launch=gsqlite3

# never a wildcard
local-address=192.0.2.1, 2001:db8::1
include-dir=
8bit-dns=no
cache-ttl=5
`);
  });

  it.each(['a\nb', 'a#b', 'a\\', ' a', 'a '])('refuses the value %j', (value) => {
    expect(() => printPowerdns([], [{ name: 'server-id', value }])).toThrow(/can't read/);
  });

  it('refuses a name that is none', () => {
    expect(() => printPowerdns([], [{ name: 'a b', value: '' }])).toThrow(/no setting/);
  });
});
