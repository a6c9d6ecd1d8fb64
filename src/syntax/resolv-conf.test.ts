import { describe, expect, it } from 'vitest';

import { printResolvConf } from './resolv-conf.ts';

describe('printResolvConf', () => {
  it('prints nameservers in order, then options', () => {
    expect(printResolvConf({ nameservers: ['192.0.2.1', '2001:db8::1'], options: ['timeout:1', 'attempts:2'] })).toBe(
      'nameserver 192.0.2.1\nnameserver 2001:db8::1\noptions timeout:1 attempts:2\n',
    );
    expect(printResolvConf({ nameservers: ['192.0.2.1'], options: [] })).toBe('nameserver 192.0.2.1\n');
  });

  it('refuses what is not one word', () => {
    expect(() => printResolvConf({ nameservers: ['192.0.2.1\nsearch x'], options: [] })).toThrow(/this word/);
  });
});
