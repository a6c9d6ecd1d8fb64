import { describe, expect, it } from 'vitest';

import { printSysctl, type SysctlEntry } from './sysctl.ts';

const entry: SysctlEntry = { key: 'net.core.somaxconn', value: 16384, presence: 'always', note: 'bursts' };

describe('printSysctl', () => {
  it('prints each key under its reason, and marks keys that may be missing', () => {
    expect(
      printSysctl(
        ['made by evenkeel'],
        [entry, { ...entry, key: 'vm.swappiness', value: 1, presence: 'may-be-missing' }],
      ),
    ).toBe(`# made by evenkeel

# bursts
net.core.somaxconn = 16384

# bursts
-vm.swappiness = 1
`);
  });

  it('refuses what is no key, no value or no single line', () => {
    expect(() => printSysctl([], [{ ...entry, key: '-net.core' }])).toThrow(/no sysctl key/);
    expect(() => printSysctl([], [{ ...entry, value: '1\n2' }])).toThrow(/no sysctl value/);
    expect(() => printSysctl([], [{ ...entry, note: 'a\nb' }])).toThrow(/one line/);
  });
});
