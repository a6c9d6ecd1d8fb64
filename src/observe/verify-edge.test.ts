import { describe, expect, test } from 'vitest';
import { runningUnit, smallModel } from '../../test/kit/small-edge.ts';
import type { HostAnswer } from '../facts/status-facts.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import { comparableVips, edgeVerifier, holderFindings } from './verify-edge.ts';
import type { VerifyScope } from './verify-edge.ts';

const vip1 = '192.168.10.100';
const vip2 = '192.168.10.200';
const last: VerifyScope = { host: 'lb2', rest: 'last', holders: 'exactly-one', upToDate: ['lb1', 'lb2'] };
const middle: VerifyScope = { host: 'lb1', rest: 'more-balancers', holders: 'exactly-one', upToDate: ['lb1'] };

function balancer(host: string, addresses: readonly string[], edit: Partial<HostAnswer> = {}): HostAnswer {
  const units = ['nginx.service', 'keepalived.service'].map(runningUnit);
  const base = {
    host,
    role: 'balancer',
    reachable: true,
    reason: '',
    units,
    addresses,
    macs: [],
    vrrp: [],
    drained: false,
    nginxHangs: false,
    settles: false,
    claims: [],
    tables: undefined,
    drainedBackends: [],
    agent: undefined,
  };
  return { ...base, role: 'balancer', ...edit };
}

function texts(machines: readonly HostAnswer[], scope: VerifyScope): readonly string[] {
  return holderFindings(smallModel, machines, scope).map((finding) => `${finding.kind}: ${finding.text}`);
}

describe('who holds the VIPs', () => {
  test('each on its preferred balancer is right, at any time', () => {
    for (const scope of [middle, last])
      expect(texts([balancer('lb1', [vip1]), balancer('lb2', [vip2])], scope)).toEqual([]);
  });

  test('after the first of two balancers it may hold all; after the last the preferred must have its own', () => {
    const machines = [balancer('lb1', [vip1, vip2]), balancer('lb2', [])];
    expect(texts(machines, middle)).toEqual([]);
    expect(texts(machines, last)).toEqual([`problem: vip2 (${vip2}) is on lb1, not yet on lb2`]);
  });

  test('a preferred one that has just returned is waited for, and no failure', () => {
    const machines = [balancer('lb1', [vip1, vip2]), balancer('lb2', [], { settles: true })];
    expect(texts(machines, last)).toEqual([
      `pending: vip2 (${vip2}) is on lb1, not yet on lb2, which has returned and must be well for a while first`,
    ]);
  });

  test('nobody and two are problems; two are not while VRRP changes on all', () => {
    const both = [balancer('lb1', [vip1, vip2]), balancer('lb2', [vip2])];
    expect(texts(both, middle)).toEqual([`problem: lb1 and lb2 both hold vip2 (${vip2})`]);
    expect(texts(both, { ...middle, holders: 'one-or-more' })).toEqual([]);
    expect(texts([balancer('lb1', [vip1])], middle)).toEqual([`problem: nobody holds vip2 (${vip2})`]);
  });

  test.each([
    { drained: true },
    { nginxHangs: true },
    { units: [{ ...runningUnit('nginx.service'), activeState: 'failed' }] },
  ])('a preferred balancer that does not serve is a note, no problem: %o', (edit) => {
    const machines = [balancer('lb1', [vip1, vip2]), balancer('lb2', [], edit)];
    expect(texts(machines, last)).toEqual(['note: vip2 is on lb1: lb2 is drained or does not run']);
  });

  test('a VIP on a balancer with the old configuration says nothing about the new sites', () => {
    const machines = [balancer('lb1', [vip1]), balancer('lb2', [vip2])];
    expect([...comparableVips(smallModel, machines, middle)]).toEqual(['vip1']);
    expect([...comparableVips(smallModel, machines, last)]).toEqual(['vip1', 'vip2']);
  });
});

test('a nameserver that does not answer is a problem; a web server is not asked from here', async () => {
  const model = {
    ...smallModel,
    zones: [{ name: 'devops.com', ttl: 30, rname: 'hostmaster.devops.com', siteNames: [], records: [] }],
  };
  const hosts = new Map(['dns1', 'web1'].map((name) => [name, memoryHost({ name })]));
  const verifier = edgeVerifier({ model, hosts, client: undefined });
  const findings = await verifier.verify({ ...last, host: 'dns1' });
  expect(findings).toEqual([{ kind: 'problem', text: expect.stringContaining('dns1 does not answer') }]);
  expect(await verifier.verify({ ...last, host: 'web1' })).toEqual([]);
});
