import { describe, expect, test } from 'vitest';
import { desiredHosts, settledFacts, smallModel } from '../../test/kit/small-edge.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { computePlan } from './compute-plan.ts';
import type { Plan } from './plan.ts';
import { checkSavedPlan, planHash, planJson } from './saved-plan.ts';

const v1 = desiredHosts('v1');
const v2 = desiredHosts('v2');
const settled = v1.map((host) => settledFacts(host, 'g1'));

function plan(desired: readonly DesiredHost[], facts: readonly HostFacts[]): Plan {
  return computePlan({ model: smallModel, desired, facts });
}

/** The facts of settled hosts, with those of one changed. */
function changed(name: string, edit: (one: HostFacts) => HostFacts): readonly HostFacts[] {
  return settled.map((one) => (one.host === name ? edit(one) : one));
}

describe('a saved plan', () => {
  test('holds while nothing changed, and says what changed', () => {
    const saved = planJson(plan(v2, settled));
    expect(checkSavedPlan(saved, plan(v2, settled)).ok).toBe(true);
    expect(checkSavedPlan(saved, plan(v1, settled))).toMatchObject({
      error: { code: 'plan-outdated', message: expect.stringContaining('edge file') },
    });
    const stopped = changed('web1', (one) => ({ ...one, units: new Map() }));
    expect(checkSavedPlan(saved, plan(v2, stopped))).toMatchObject({
      error: { code: 'plan-outdated', message: expect.stringContaining('hosts') },
    });
    for (const nonsense of ['', '{', '[]', '{"format":"evenkeel-plan"}']) {
      expect(checkSavedPlan(nonsense, plan(v2, settled)).ok).toBe(false);
    }
  });

  test('holds when a VIP moves, which changes only the order of the balancers', () => {
    const moved = changed('lb1', (one) => ({
      ...one,
      interfaces: [
        { name: 'eth0', mac: '', up: true, mtu: 1500, addresses: [{ address: '192.168.10.100', prefix: 32 }] },
      ],
    }));
    const fresh = plan(v2, moved);
    expect(fresh.hosts.map((host) => host.host)).not.toEqual(plan(v2, settled).hosts.map((host) => host.host));
    expect(checkSavedPlan(planJson(plan(v2, settled)), fresh).ok).toBe(true);
  });

  test('its hash does not depend on the order of the input', () => {
    const turned = computePlan({ model: smallModel, desired: [...v2].reverse(), facts: [...settled].reverse() });
    expect(planHash(turned)).toBe(planHash(plan(v2, settled)));
  });
});
