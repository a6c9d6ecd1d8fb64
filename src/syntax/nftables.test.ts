import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { anyOf, printNftTable, quoted, type NftRule } from './nftables.ts';

function tableOf(rule: NftRule): string {
  return printNftTable({
    family: 'inet',
    name: 'evenkeel',
    remarks: ['one table'],
    sets: [],
    chains: [
      {
        name: 'input',
        base: { type: 'filter', hook: 'input', priority: ['filter', '-', '10'], policy: 'accept' },
        rules: [rule],
      },
      { name: 'vrrp', base: undefined, rules: [] },
    ],
  });
}

describe('printNftTable', () => {
  it('replaces exactly its own table', () => {
    expect(
      tableOf({
        words: ['iifname', quoted('eth0'), 'ip', 'saddr', anyOf(['192.0.2.1', '192.0.2.2']), 'accept'],
        note: 'peers',
      }),
    ).toBe(`#!/usr/sbin/nft -f
# one table
table inet evenkeel
delete table inet evenkeel
table inet evenkeel {
    chain input {
        type filter hook input priority filter - 10; policy accept;
        # peers
        iifname "eth0" ip saddr { 192.0.2.1, 192.0.2.2 } accept
    }

    chain vrrp {
    }
}
`);
  });

  it('prints one element without braces', () => {
    expect(tableOf({ words: ['ip', 'saddr', anyOf(['192.0.2.1']), 'drop'] })).toContain('ip saddr 192.0.2.1 drop');
  });

  it('prints a named set, and a rule that fills it', () => {
    const text = printNftTable({
      family: 'inet',
      name: 'evenkeel',
      remarks: [],
      sets: [{ name: 'strangers', type: 'ipv4_addr', filled: { timeout: '10m', size: 64 }, note: 'who' }],
      chains: [
        {
          name: 'vrrp',
          base: undefined,
          rules: [
            { words: ['@th,8,8', anyOf(['51']), 'update', '@strangers', { kind: 'element', words: ['ip', 'saddr'] }] },
          ],
        },
      ],
    });
    expect(text).toContain(`    # who
    set strangers {
        type ipv4_addr
        size 64
        flags dynamic,timeout
        timeout 10m
    }

    chain vrrp {
        @th,8,8 51 update @strangers { ip saddr }
    }
`);
  });

  it.each(['@', '@a b', '@th,8', '@th,8,8,', ',', '', 'a b', 'a;b', 'a"', '}', '$x', '#', 'a\nb'])(
    'refuses the word %j',
    (word) => {
      expect(() => tableOf({ words: [word] })).toThrow(/can't read/);
    },
  );

  it('never lets a string or a remark leave its line', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (value, note) => {
        const plain = tableOf({ words: ['iifname', quoted('x')], note: 'y' }).split('\n').length;
        let text: string;
        try {
          text = tableOf({ words: ['iifname', quoted(value)], note });
        } catch {
          return;
        }
        expect(text.split('\n')).toHaveLength(plain);
        expect(text).toContain(`iifname "${value}"\n`);
      }),
    );
  });
});
