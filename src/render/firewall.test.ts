import { describe, expect, it } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import type { Model } from '../model/model.ts';
import type { NftRule } from '../syntax/nftables.ts';
import { firewallTable, renderFirewall } from './firewall.ts';

function tableOf(model: Model, index = 0): ReturnType<typeof firewallTable> {
  const balancer = model.balancers[index];
  if (balancer === undefined) throw new Error('no balancer');
  return firewallTable(model, balancer);
}

function rules(table: ReturnType<typeof firewallTable>, chain: string): readonly NftRule[] {
  return table.chains.find((candidate) => candidate.name === chain)?.rules ?? [];
}

describe('firewallTable', () => {
  it('can lock nobody out: it accepts by default, and only what is VRRP comes to a drop', () => {
    const table = tableOf(dualStackModel());
    for (const chain of table.chains) {
      expect(chain.base?.policy ?? 'accept').toBe('accept');
      const drops = chain.rules.filter((rule) => rule.words.includes('drop') || rule.words.includes('reject'));
      expect(drops).toHaveLength(chain.name === 'vrrp' ? 1 : 0);
    }
    const ways = table.chains.flatMap((chain) => chain.rules.filter((rule) => rule.words.includes('jump')));
    expect(ways.map((rule) => rule.words)).toEqual([['meta', 'l4proto', 'vrrp', 'jump', 'vrrp']]);
  });

  it('hears the other balancers on their interface, from one hop away', () => {
    expect(rules(tableOf(dualStackModel(), 1), 'vrrp')[0]?.words).toEqual([
      'iifname',
      { kind: 'text', value: 'eth0' },
      'ip',
      'saddr',
      { kind: 'set', elements: ['10.20.0.11', '10.20.0.13'] },
      'ip',
      'daddr',
      '10.20.0.12',
      'ip',
      'ttl',
      '255',
      'accept',
    ]);
  });

  it('hears nobody when there is no other balancer', () => {
    const model = exampleModel();
    // One remembers strangers, one drops.
    expect(rules(tableOf({ ...model, balancers: model.balancers.slice(0, 1) }), 'vrrp')).toHaveLength(2);
  });
});

describe('renderFirewall', () => {
  it("loads after Debian's own rules, again when they are loaded again, and never flushes them", () => {
    const model = exampleModel();
    const [balancer] = model.balancers;
    if (balancer === undefined) throw new Error('no balancer');
    const [table, unit] = renderFirewall(model, balancer).map((file) => new TextDecoder().decode(file.bytes));
    expect(table).not.toContain('flush');
    expect(unit).not.toContain('flush ruleset');
    for (const setting of ['After', 'PartOf', 'ReloadPropagatedFrom', 'WantedBy']) {
      expect(unit).toMatch(new RegExp(`^${setting}=.*nftables\\.service$`, 'm'));
    }
  });
});
