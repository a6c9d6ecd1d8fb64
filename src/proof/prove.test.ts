import { describe, expect, test } from 'vitest';
import { dualStackModel, exampleModel, modelOfText } from '../../test/kit/example-model.ts';
import type { Model } from '../model/model.ts';
import { referenceModel } from '../model/reference-model.ts';
import { isGuardFault, type ModelFault } from './fault.ts';
import type { FaultOutcome, Outage } from './promise.ts';
import { prove, proveFaults } from './prove.ts';

const model = exampleModel();

function told(outage: Outage): number | string {
  return outage.kind === 'bounded' ? outage.ms : outage.kind;
}

function single(name: string, of: Model = model): FaultOutcome {
  const outcome = prove(of).singles.find((candidate) => candidate.name === name);
  if (outcome === undefined) throw new Error(`no fault ${name}`);
  return outcome;
}

const together = (...faults: readonly [ModelFault, ...ModelFault[]]): FaultOutcome => proveFaults(model, faults);

describe('the example', () => {
  const proof = prove(model);

  test('every pair of different single faults is there once', () => {
    const failures = proof.singles.filter(
      ({ faults: [fault] }) => fault.kind !== 'planned-move' && !isGuardFault(fault),
    );
    const count = failures.length;
    expect(proof.doubles).toHaveLength((count * (count - 1)) / 2);
    expect(proof.edge).toBe('devops');
    expect(proof.refusals).toEqual([]);
  });

  test('a planned move loses nothing and ends on its balancer; the tutorial has none', () => {
    const move = proof.singles.find(({ name }) => name === 'planned-move:vip1>lb2');
    expect(move).toMatchObject({ outage: { kind: 'none' }, served: 'everybody' });
    expect(move?.vips.map(({ vip, holders, connections }) => [vip, holders, connections])).toEqual([
      ['vip1', ['lb2'], 'kept'],
      ['vip2', ['lb2'], 'kept'],
    ]);
    const tutorial = prove(referenceModel(exampleModel()));
    expect(tutorial.singles.some(({ name }) => name.startsWith('planned'))).toBe(false);
  });

  test('an outcome of prove is that of proveFaults', () => {
    for (const outcome of proof.doubles.filter((_, index) => index % 17 === 0)) {
      expect(proveFaults(model, outcome.faults)).toEqual(outcome);
    }
  });

  test('every bounded outage is the sum of its terms, and the worst of its parts', () => {
    for (const outcome of [...proof.singles, ...proof.doubles]) {
      const parts = [...outcome.vips, ...outcome.pools].map(({ outage }) => outage);
      const lengths = [...parts, outcome.byName].map((outage) =>
        outage.kind === 'bounded' ? outage.ms : outage.kind === 'none' ? -1 : Infinity,
      );
      for (const outage of [...parts, outcome.byName, outcome.outage]) {
        if (outage.kind === 'bounded') expect(outage.ms).toBe(outage.terms.reduce((sum, term) => sum + term.ms, 0));
      }
      const whole = outcome.outage;
      expect(whole.kind === 'bounded' ? whole.ms : whole.kind === 'none' ? -1 : Infinity).toBe(Math.max(...lengths));
    }
  });

  test('a dead NGINX: its VIP moves, names go on leading to both', () => {
    const outcome = single('nginx-dead:lb1');
    expect(outcome.vips.map(({ holders }) => holders)).toEqual([['lb2'], ['lb2']]);
    expect(outcome.vips.map(({ connections }) => connections)).toEqual(['broken', 'kept']);
    expect(outcome.nameservers.map(({ vips }) => vips)).toEqual([
      ['vip1', 'vip2'],
      ['vip1', 'vip2'],
    ]);
    expect([told(outcome.byName), told(outcome.outage), outcome.served]).toEqual([207, 207, 'everybody']);
  });

  test('no balancer left: nobody is served, and all VIPs are handed out', () => {
    const outcome = together({ kind: 'balancer-off', balancer: 'lb1' }, { kind: 'balancer-off', balancer: 'lb2' });
    expect(outcome.served).toBe('nobody');
    expect(told(outcome.byName)).toBe('until-repaired');
    expect(outcome.nameservers[0]?.vips).toEqual(['vip1', 'vip2']);
    expect(proof.acceptedRisks).toContain(outcome.name);
    expect(proof.acceptedRisks).not.toContain('nginx-dead:lb1+backend-dead:web1');
  });

  test('a nameserver off: one timeout of the resolver; both: by name never again', () => {
    const one = single('nameserver-off:dns1');
    expect(one.nameservers).toEqual([
      { nameserver: 'dns1', answers: false, vips: [] },
      { nameserver: 'dns2', answers: true, vips: ['vip1', 'vip2'] },
    ]);
    expect([told(one.byName), told(one.vips[0]?.outage ?? one.outage), one.served]).toEqual([
      1100,
      'none',
      'everybody',
    ]);
    const both = together(
      { kind: 'nameserver-off', nameserver: 'dns1' },
      { kind: 'nameserver-off', nameserver: 'dns2' },
    );
    expect([told(both.byName), both.served]).toEqual(['until-repaired', 'some']);
  });

  test('by name, resolver and VIP add up', () => {
    const outcome = together({ kind: 'balancer-off', balancer: 'lb1' }, { kind: 'nameserver-off', nameserver: 'dns1' });
    // 1000 + 100 of the resolver, 300 + 7 + 100 of the VIP.
    expect(told(outcome.byName)).toBe(1507);
  });

  test('backends: refused at once, without power after the connect timeout, none left until repaired', () => {
    expect(told(single('backend-dead:web1').outage)).toBe(100);
    // The default connect timeout of a pool.
    const connectMs = model.pools[0]?.timeouts.connectMs ?? 0;
    expect(told(single('backend-off:web1').outage)).toBe(connectMs + 100);
    expect(single('backend-off:web1').notes.join()).toContain('kept connection to web1 waits up to 1m');
    const none = single('pool-dead:web');
    expect([none.pools[0]?.up, none.pools[0]?.served, told(none.outage), none.served]).toEqual([
      [],
      false,
      'until-repaired',
      'nobody',
    ]);
  });

  test('a lost gateway: clients within the network notice nothing', () => {
    const outcome = single('gateway-lost:lan');
    expect([told(outcome.outage), outcome.served, outcome.vips[0]?.holders]).toEqual(['none', 'some', ['lb1']]);
    expect(outcome.notes).toEqual([
      'clients beyond the router of lan reach nothing in it; those within it notice nothing',
    ]);
  });

  test('a partition: two hold a VIP until the witnesses have settled it', () => {
    const parted = single('partition:lb1=lb2');
    expect(parted.notes).toEqual([
      '2 VIPs are held by two balancers until the witnesses have settled it, within 2 s; both answer',
    ]);
    expect(parted.vips.map(({ holders }) => holders)).toEqual([['lb1'], ['lb2']]);
  });

  test('without a nameserver that answers, two hold it', () => {
    const dns = model.nameservers.map(({ name }): ModelFault => ({ kind: 'nameserver-off', nameserver: name }));
    const { vips, notes } = proveFaults(model, [
      { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' },
      ...dns,
    ]);
    expect(vips.map(({ holders }) => holders.length)).toEqual([2, 2]);
    expect(notes[0]).toContain('held by more than one balancer');
  });

  test('the tutorial has no witness: two hold a VIP until the partition heals', () => {
    const parted = single('partition:lb1=lb2', referenceModel(model));
    expect(parted.vips.map(({ holders }) => holders.length)).toEqual([2, 2]);
  });
});

describe('the reference', () => {
  const reference = referenceModel(model);

  test('its names lead to a VIP that does not answer', () => {
    const outcome = single('nginx-hung:lb1', reference);
    expect(outcome.nameservers[0]?.vips).toEqual(['vip1', 'vip2']);
    expect([told(outcome.byName), outcome.served]).toEqual(['until-repaired', 'some']);
  });

  test("plain proxying waits for NGINX's connect timeout", () => {
    expect(told(single('backend-off:web1', reference).outage)).toBe(60_100);
  });

  test('NGINX dead: check, master-down and skew of priority 100', () => {
    expect(told(single('nginx-dead:lb1', reference).outage)).toBe(5710);
  });
});

test('pools of several sites: one dead pool is some, retries that end before a live backend wait longer', () => {
  const several = dualStackModel();
  const [pool] = several.pools;
  expect(single(`pool-dead:${pool?.name}`, several).served).toBe('some');
  expect(prove(several).refusals).toEqual([]);
});

test('clients and nameservers beyond a router', () => {
  const far = modelOfText(`version: 1
name: far
networks:
  lan: { ipv4: 192.168.10.0/24, gateway: 192.168.10.1 }
  back: { ipv4: 192.168.20.0/24, gateway: 192.168.20.1 }
hosts:
  dns1: { role: nameserver, address: 192.168.10.21 }
  dns2: { role: nameserver, address: 192.168.10.22 }
  lb1: { role: balancer, address: 192.168.10.11 }
  lb2: { role: balancer, address: 192.168.10.12 }
  web1: { role: web, address: 192.168.20.31 }
  web2: { role: web, address: 192.168.20.32 }
vips:
  vip1: { address: 192.168.10.100 }
pools:
  web: { backends: [web1, web2] }
sites:
  a.example: { names: [a.example], pool: web }
zones:
  a.example: {}
lab: { client: 192.168.20.50 }
`);
  const outcome = single('gateway-lost:lan', far);
  expect([outcome.vips[0]?.holders, told(outcome.vips[0]?.outage ?? outcome.byName)]).toEqual([
    ['lb1'],
    'until-repaired',
  ]);
  // Balancers don't reach the web servers either.
  expect([outcome.pools[0]?.up, outcome.served]).toEqual([[], 'nobody']);
});
