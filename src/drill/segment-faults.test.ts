import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { drillFaults } from './drill-faults.ts';
import { foreignVrrp, twoHolders } from './segment-faults.ts';

const model = exampleModel();

describe('a foreign VRRP speaker', () => {
  const { cause, heal } = foreignVrrp(model, { kind: 'foreign-vrrp', vip: 'vip1', from: 'dns1' });
  const [{ host, argv }] = cause;
  const words = argv.map((word) => word.replaceAll('$$', '$'));

  test('is no balancer, has the number of the VIP, speaks to the group and to each balancer, and ends by itself', () => {
    expect(host).toBe('dns1');
    expect(argv).toContain('--property=RuntimeMaxSec=300');
    const vip = '192.168.10.100';
    expect(words.slice(words.indexOf('-e') + 2).join(' ')).toBe(
      `51 192.168.10.21 ${vip} 224.0.0.18 192.168.10.11 192.168.10.12`,
    );
  });

  test('is a program that Perl takes, and hides its variables from systemd', () => {
    const program = words[words.indexOf('-e') + 1] ?? '';
    execFileSync('perl', ['-MSocket', '-c', '-e', program], { stdio: 'pipe' });
    expect(argv[argv.indexOf('-e') + 1]?.replaceAll('$$', '')).not.toContain('$');
  });

  test('is stopped by the name it was started with', () => {
    expect(heal[0].host).toBe('dns1');
    expect(argv).toContain(`--unit=${heal[0].argv.at(-1)}`);
  });
});

test('a second holder is the balancer that would follow, and tells the neighbours', () => {
  const { cause, heal } = twoHolders(model, { kind: 'two-holders', vip: 'vip2', second: 'lb1' });
  expect(cause.map(({ host, argv }) => [host, argv.join(' ')])).toEqual([
    ['lb1', 'ip address add 192.168.10.200/32 dev eth0'],
    ['lb1', 'arping -q -U -c 1 -w 1 -I eth0 192.168.10.200'],
  ]);
  expect(heal.map(({ host, argv }) => [host, argv.slice(-2)])).toEqual([['lb1', ['192.168.10.200/32', 'eth0']]]);
});

test('both are drills of the model, watched until the agents have seen them', () => {
  const found = drillFaults(model).filter(({ name }) => /^(foreign-vrrp|two-holders):/.test(name));
  expect(found.map(({ name, lastsMs }) => [name, lastsMs])).toEqual([
    ['foreign-vrrp:vip1', 11_000],
    ['foreign-vrrp:vip2', 11_000],
    ['two-holders:vip1', 3_000],
    ['two-holders:vip2', 3_000],
  ]);
});
