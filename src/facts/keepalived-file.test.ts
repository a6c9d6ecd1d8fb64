import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { readKeepalivedFile } from './keepalived-file.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../test/fixtures/keepalived/${name}.conf`, import.meta.url), 'utf8');

test('a tutorial’s file is read with keepalived’s defaults', () => {
  expect(readKeepalivedFile(fixture('weight-too-small-lb1'))).toEqual({
    ok: true,
    value: {
      instances: [
        {
          name: 'VI_1',
          vrid: 51,
          version: 2,
          priority: 152,
          advertMs: 1000,
          preempt: 'at-once',
          addresses: ['192.168.10.100'],
          trackers: [
            {
              name: 'chk_nginx',
              weight: -3,
              poll: { script: '/usr/bin/killall -0 nginx', intervalMs: 2000, timeoutMs: 2000, fall: 1, rise: 1 },
            },
          ],
          garp: { onLowerAdvert: true, answersHigher: false, refreshMs: undefined },
        },
      ],
    },
  });
});

test.each([
  [['vrrp_higher_prio_send_advert'], [], { answersHigher: true }],
  [['vrrp_higher_prio_send_advert true'], ['higher_prio_send_advert off'], { answersHigher: false }],
  [['vrrp_garp_master_refresh 5'], [], { refreshMs: 5000 }],
  [['vrrp_garp_master_refresh 5'], ['garp_master_refresh 60'], { refreshMs: 60_000 }],
  [['vrrp_garp_lower_prio_repeat 0'], [], { onLowerAdvert: false }],
  [['vrrp_garp_lower_prio_repeat 0'], ['garp_lower_prio_repeat 2'], { onLowerAdvert: true }],
  [['vrrp_strict'], [], { onLowerAdvert: false }],
  [['vrrp_strict'], ['strict_mode off'], { onLowerAdvert: true }],
])('of gratuitous ARP: global %j, in the instance %j', (globals, own, expected) => {
  const read = readKeepalivedFile(
    `global_defs {\n${globals.join('\n')}\n}\nvrrp_instance A {\nvirtual_router_id 7\n${own.join('\n')}\n}`,
  );
  expect(read.ok ? read.value.instances[0]?.garp : read.error).toMatchObject(expected);
});

function instanceWith(...lines: readonly string[]): unknown {
  const read = readKeepalivedFile(
    `vrrp_script c {\n weight 5\n}\nvrrp_instance A {\nvirtual_router_id 7\n${lines.join('\n')}\n}`,
  );
  return read.ok ? read.value.instances[0] : read.error;
}

test.each([
  [['state BACKUP', 'nopreempt'], { preempt: 'never' }],
  [['state BACKUP', 'preempt_delay 300'], { preempt: { delayMs: 300_000 } }],
  // keepalived clears both for an instance that starts as MASTER, and says so in its log.
  [['state MASTER', 'nopreempt'], { preempt: 'at-once' }],
  [['state MASTER', 'preempt_delay 300'], { preempt: 'at-once' }],
  [['priority 90', 'priority 80'], { priority: 80 }],
  [['advert_int 0.1', 'version 3'], { advertMs: 100, version: 3 }],
  [['track_script { c }'], { trackers: [{ name: 'c', weight: 5 }] }],
  [['track_script { c weight -40 }'], { trackers: [{ name: 'c', weight: -40 }] }],
  [['track_process { nginx }'], { trackers: [{ name: 'nginx', weight: 0, poll: undefined }] }],
])('%j', (lines, expected) => {
  expect(instanceWith(...lines)).toMatchObject(expected);
});

test.each([
  ['', 'it has no vrrp_instance'],
  ['vrrp_instance A {\n}\n', 'the instance A has no virtual_router_id'],
  ['vrrp_instance A {\n', 'line 1: the block vrrp_instance is not closed'],
  [
    'vrrp_instance A {\nvirtual_router_id 7\n}\nvrrp_instance B {\nvirtual_router_id 7\n}',
    'the virtual_router_id 7 of B is that of another instance too',
  ],
  ...['priority 300', 'priority 0', 'advert_int 0', 'advert_int 1e999'].map((odd) => [
    `vrrp_instance A {\nvirtual_router_id 7\n${odd}\n}`,
    'the instance A has numbers that keepalived does not take',
  ]),
])('%j is refused: %s', (text, error) => {
  expect(readKeepalivedFile(text)).toEqual({ ok: false, error });
});
