import { describe, expect, test } from 'vitest';
import { describeAlarm } from '../agent/witness/describe-alarms.ts';
import { ignoreEvents } from '../base/event.ts';
import { observeStatus } from '../observe/status-observe.ts';
import { exampleModel } from '../../test/kit/example-model.ts';
import { statusWorld } from '../../test/kit/status-world.ts';
import type { WorldFaults } from '../../test/kit/status-world.ts';
import type { EdgeStatus } from './edge-status.ts';
import { judgeStatus } from './status-judge.ts';
import { printStatus } from './status-print.ts';
import { plainStyle } from './text-style.ts';

const model = exampleModel();
const vip1 = '192.168.10.100';

async function statusOf(faults: WorldFaults): Promise<EdgeStatus> {
  const now = (): Date => new Date('2026-11-22T09:00:00Z');
  return judgeStatus(model, await observeStatus({ model, ...statusWorld(model, faults), now, emit: ignoreEvents }));
}

describe('what only the agents know', () => {
  const report = (part: string, told: unknown): unknown => ({
    [part]: { state: 'running', failures: 0, report: told },
  });
  const pool = (name: string, belief: string, more: Readonly<Record<string, unknown>> = {}): unknown =>
    report('backends', { pools: [{ pool: 'web', backends: [{ name, belief, use: 'up' }], ...more }] });
  const alien = '02:61:6c:69:65:6e';
  const conflict = report('segment', { strangers: [], conflicts: [{ vip: 'vip1', macs: [alien] }] });
  const left = 'vip1 was left to lb2, which holds it too and is preferred';
  const alarms = {
    lb1: report('witness', { isolated: false, yielded: ['vip1'], alarms: [left, 'lb2 holds vip2 too'] }),
  };

  const cases: readonly (readonly [string, WorldFaults, readonly string[]])[] = [
    [
      'a balancer that is cut off, whose agent says so in an alarm too',
      {
        parts: {
          lb1: report('witness', { isolated: true, alarms: ['cut off from all others: every VIP was let go of'] }),
        },
      },
      [
        'error balancer-isolated: lb1 is cut off from all other balancers, witnesses and gateways, and let go of its VIPs > see the link of lb1 and the switch behind it',
      ],
    ],
    [
      'a VIP that was left to another balancer, and another alarm',
      { parts: alarms },
      [
        'error vip-yielded: lb1 gave way: vip1 was left to lb2, which holds it too and is preferred > see that VRRP (IP protocol 112) passes between lb1 and the other balancers',
        'error agent-alarm: the agent on lb1 warns: lb2 holds vip2 too > on lb1: journalctl -u evenkeel-agent.service -n 50',
      ],
    ],
    [
      'a VIP that was left, by an agent without words for it',
      { parts: { lb1: report('witness', { yielded: ['vip1', 'vip1'] }) } },
      [
        'error vip-yielded: lb1 gave way: vip1 was left to another balancer, by the word of the witnesses > see that VRRP (IP protocol 112) passes between lb1 and the other balancers',
      ],
    ],
    [
      'a stranger that two balancers hear',
      {
        parts: {
          lb1: report('segment', { strangers: ['192.168.10.77'], conflicts: [] }),
          lb2: report('segment', { strangers: ['192.168.10.77'], conflicts: [] }),
        },
      },
      [
        'error vrrp-stranger: 192.168.10.77 speaks VRRP with a number (VRID) of this edge; heard by lb1, lb2 > give 192.168.10.77 another VRID, or the VIP another vrid in the edge file',
      ],
    ],
    [
      'a machine that answers for a VIP and was not seen from outside',
      { parts: { lb1: conflict } },
      [
        `error vip-conflict: lb1 holds vip1, and another machine answers for it too: ${alien} > look for the machine with that MAC, and take the address of vip1 away from it`,
      ],
    ],
    [
      'the same, seen from outside too: said once',
      { parts: { lb1: conflict }, answering: { [vip1]: ['lb1', 'alien'] } },
      [
        `error vip-wrong-answer: lb1 holds vip1 192.168.10.100, but lb1 and ${alien} answer for it on the network > look for a machine with the same address, or a balancer that kept it (ip addr)`,
      ],
    ],
    ['a conflict over a VIP that has left since', { parts: { lb2: conflict } }, []],
    [
      'a balancer that reaches no backend: each of them is no news then',
      {
        parts: {
          lb1: report('backends', {
            blind: true,
            pools: [{ pool: 'web', backends: [{ name: 'web1:80', belief: 'unreachable-from-here', use: 'down' }] }],
          }),
        },
      },
      [
        'error balancer-blind: lb1 reaches no backend, and another balancer does > see the network between lb1 and the backends',
      ],
    ],
    [
      'a backend that one balancer does not reach',
      { parts: { lb1: pool('web1:80', 'unreachable-from-here'), lb2: pool('web1:80', 'up') } },
      [
        'warning backend-unreachable: web1 is up for lb2, and lb1 does not reach it (web1:80 in pool web) > see the network between lb1 and web1',
      ],
    ],
    [
      'the same, found by the check of this status too: said once',
      {
        parts: { lb1: pool('web1:80', 'unreachable-from-here'), lb2: pool('web1:80', 'up') },
        refusing: ['lb1 192.168.10.31'],
      },
      [
        "error backend-not-reached: web1 (192.168.10.31:80) in pool web is up, but lb1 can't reach it: connection refused or host not reached > see the network between lb1 and web1",
      ],
    ],
    [
      'a pool in panic',
      { parts: { lb1: pool('web1:80', 'down', { panic: true }), lb2: pool('web1:80', 'down', { panic: true }) } },
      [
        'error pool-panic: pool web is in panic on lb1, lb2: so few backends are up that requests go to dead ones too > see the HTTP servers of pool web',
      ],
    ],
    [
      'drained backends, named as they were drained',
      { drainedBackends: { lb1: ['web1', 'web2:80'], lb2: ['web1'] } },
      [
        'warning backend-drained: web1 is kept out of rotation by a person (drained on lb1, lb2) > evenkeel undrain web1',
        'warning backend-drained: web2:80 is kept out of rotation by a person (drained on lb1) > evenkeel undrain web2:80',
      ],
    ],
    [
      'parts that failed, on a balancer and on a nameserver',
      {
        parts: {
          lb1: { segment: { state: 'failed', failure: 'Error: no arping\n    at x' } },
          dns1: { witness: { state: 'failed' } },
        },
      },
      [
        'warning agent-part-failed: the part segment of the agent on lb1 does not run: Error: no arping > on lb1: journalctl -u evenkeel-agent.service -n 50',
        'warning agent-part-failed: the part witness of the agent on dns1 does not run > on dns1: journalctl -u evenkeel-agent.service -n 50',
      ],
    ],
    ['settling at home is no news', { parts: { lb1: report('failback', { settling: true, leftMs: 9000 }) } }, []],
    [
      'a VIP whose balancer is watched before it has it back',
      { parts: { lb1: report('failback', { settling: true, leftMs: 41_500 }) }, holders: { [vip1]: ['lb2'] } },
      [
        'warning vip-moved: vip1 192.168.10.100 is on lb2, not on lb1 which is preferred > it returns by itself once lb1 has been well for another 42 s',
      ],
    ],
    [
      'a VIP that a person moved, also while its balancer settles',
      {
        claims: { vip1: 'lb2' },
        parts: { lb1: report('failback', { settling: true, leftMs: 41_500 }) },
        holders: { [vip1]: ['lb2'] },
      },
      [
        'warning vip-moved: vip1 192.168.10.100 is on lb2, not on lb1 which is preferred: moved there by a person > evenkeel move vip1 lb1 moves it back',
      ],
    ],
    ['a claim of a VIP that is at home', { claims: { vip1: 'lb2' } }, []],
    ['agents that answer what nobody understands', { parts: { lb1: 7, lb2: { witness: 'well' }, dns1: null } }, []],
  ];
  test.each(cases)('%s', async (_name, faults, expected) => {
    const status = await statusOf(faults);
    const lines = status.problems.map((one) => `${one.severity} ${one.code}: ${one.message} > ${one.next}`);
    expect(lines).toEqual(expected);
    expect(status.healthy).toBe(expected.every((line) => line.startsWith('warning')));
  });

  test('an agent that is silent says nothing, and what a person moved is known all the same', async () => {
    const status = await statusOf({
      mute: ['lb1'],
      parts: alarms,
      claims: { vip1: 'lb2' },
      holders: { [vip1]: ['lb2'] },
    });
    expect(status.problems.map(({ code }) => code)).toEqual(['agent-silent', 'vip-moved']);
    expect(status.balancers[0]).not.toHaveProperty('agentSees');
    expect(status.balancers[1]?.agentSees).toMatchObject({ isolated: false, failedParts: [] });
    expect(status.vips[0]).toMatchObject({ claimedBy: ['lb2'], holders: ['lb2'] });
  });

  test("the words by which an alarm is known again are the agent's own", () => {
    const nameOf = (): string => 'vip1';
    expect(describeAlarm({ kind: 'yielded', vip: vip1, to: 'lb2' }, nameOf)).toBe(left);
    expect(describeAlarm({ kind: 'isolated' }, nameOf)).toMatch(/^cut off from /);
  });

  test('the tables say it too', async () => {
    const text = printStatus(
      await statusOf({
        claims: { vip1: 'lb2' },
        holders: { [vip1]: ['lb2'] },
        drainedBackends: { lb1: ['web1'] },
        parts: {
          lb1: { failback: { report: { settling: true, leftMs: 1 } }, witness: { report: { isolated: true } } },
        },
      }),
      plainStyle,
    );
    expect(text).toContain('lb2 (moved there by a person; lb1 is preferred)');
    expect(text).toContain('nothing (cut off; settling, 1 s left)');
    expect(text).toContain('web1 drained');
  });
});
