import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { edgeShapes, edgeText } from '../../test/kit/edge-text.ts';
import { dualStackModel, exampleFile, exampleModel, modelOfText } from '../../test/kit/example-model.ts';
import { managedHosts, modelHosts } from './model.ts';
import { readModel } from './read-model.ts';

const example = readFileSync(exampleFile('devops.com'), 'utf8');

describe('resolveModel', () => {
  it('fills in every default of the short example', () => {
    const model = exampleModel();
    expect(model).toMatchObject({
      name: 'devops',
      failover: 'normal',
      advertMs: 100,
      balancers: [
        {
          kind: 'balancer',
          name: 'lb1',
          network: 'lan',
          interface: 'eth0',
          ssh: { destination: '192.168.10.11', user: undefined, port: undefined, identity: undefined, jump: undefined },
        },
        { name: 'lb2' },
      ],
      vips: [
        {
          name: 'vip1',
          vrid: 51,
          preferred: 'lb1',
          network: 'lan',
          ipv6: undefined,
          claims: [{ priority: 250 }, { priority: 240 }],
        },
        { name: 'vip2', vrid: 52, preferred: 'lb2' },
      ],
      pools: [
        {
          algorithm: 'round-robin',
          hash: 'uri',
          backends: [
            { name: 'web1', address: { family: 4, text: '192.168.10.31' }, port: 80, weight: 1, backup: false },
            { name: 'web2' },
          ],
          check: {
            kind: 'http',
            path: '/',
            host: undefined,
            statuses: [200],
            body: undefined,
            timeoutMs: 2000,
            intervalMs: 1000,
            rise: 2,
            fall: 2,
            slowStartMs: 0,
            failures: 2,
            windowMs: 5000,
          },
          panicPercent: 50,
          timeouts: { connectMs: 1000, readMs: 60_000, sendMs: 60_000 },
          retry: { attempts: 2, withinMs: 5000 },
        },
      ],
      sites: [
        {
          names: ['devops.com', 'www.devops.com'],
          tls: { kind: 'internal' },
          redirect: true,
          hsts: false,
          vips: ['vip1', 'vip2'],
          bodyLimit: 32 * 1024 * 1024,
          slo: undefined,
        },
      ],
      zones: [
        {
          name: 'devops.com',
          ttl: 30,
          rname: 'hostmaster.devops.com',
          siteNames: [
            { name: '@', vips: ['vip1', 'vip2'] },
            { name: 'www', vips: ['vip1', 'vip2'] },
          ],
          records: [],
        },
      ],
      resolvers: [{ text: '192.168.10.21' }, { text: '192.168.10.22' }],
      lab: { clientAddresses: [{ text: '192.168.10.50' }], clientNetwork: 'lan' },
    });
    expect(managedHosts(model)).toEqual(modelHosts(model));
    expect(modelHosts(model)).toHaveLength(6);
  });

  it('keeps what the long example says', () => {
    const model = dualStackModel();
    expect(model).toMatchObject({
      advertMs: 50,
      vips: [{ vrid: 51 }, { vrid: 52 }, { vrid: 90, ipv6: { family: 6, text: 'fd00:20::103' } }],
      pools: [
        {
          algorithm: 'least-connections',
          check: { timeoutMs: 1000, windowMs: 10_000, failures: 3 },
          retry: { attempts: 3, withinMs: 8000 },
        },
        { algorithm: 'consistent-hash', hash: 'uri' },
        { algorithm: 'sticky-cookie' },
        { backends: [{ name: 'legacy', port: 8080 }], timeouts: { connectMs: 1000, readMs: 300_000 } },
      ],
      zones: [
        {
          ttl: 60,
          rname: 'dns.example.com',
          siteNames: [
            { name: '@' },
            { name: 'www' },
            { name: 'shop' },
            { name: 'static' },
            { name: 'basket' },
            { name: '*.app', vips: ['vip1', 'vip2'] },
          ],
        },
        { siteNames: [{ name: 'old', vips: ['vip3'] }] },
      ],
    });
    expect(model.balancers[0]?.ssh).toMatchObject({ destination: '10.20.0.11', user: 'admin' });
    expect(managedHosts(model).map(({ name }) => name)).not.toContain('legacy');
    expect(model.lab.clientAddresses.map(({ family }) => family)).toEqual([4, 6]);
  });

  it("merges a host's ssh over the one for all", () => {
    const model = modelOfText(
      example
        .replace('hosts:', 'ssh: { user: admin, port: 2222, jump: gate }\nhosts:')
        .replace('address: 192.168.10.11 ', 'address: 192.168.10.11, ssh: { host: lb1.lan, port: 22 } '),
    );
    expect(model.balancers[0]?.ssh).toEqual({
      destination: 'lb1.lan',
      user: 'admin',
      port: 22,
      identity: undefined,
      jump: 'gate',
    });
    expect(model.balancers[1]?.ssh).toMatchObject({ destination: '192.168.10.12', port: 2222 });
  });

  it('lower-cases names, takes the key when a site has none, and gives a name to its nearest zone', () => {
    const model = modelOfText(
      example
        .replace(
          '{ names: [devops.com, www.devops.com], pool: web }',
          '{ pool: web }\n  WWW.App.devops.com: { pool: web }',
        )
        .replace('devops.com: {}', 'devops.com: {}\n  app.devops.com: {}'),
    );
    expect(model.sites.map(({ names }) => names)).toEqual([['devops.com'], ['www.app.devops.com']]);
    expect(model.zones.map(({ siteNames }) => siteNames.map(({ name }) => name))).toEqual([['@'], ['www']]);
  });

  it('keeps the client of the lab off addresses in use', () => {
    const taken = modelOfText(
      example.replace('192.168.10.32', '192.168.10.50').replace('192.168.10.31', '192.168.10.51'),
    );
    expect(taken.lab.clientAddresses[0]?.text).toBe('192.168.10.52');
    const chosen = modelOfText(`${example}lab: { client: 192.168.10.77 }\n`);
    expect(chosen.lab).toMatchObject({ clientAddresses: [{ text: '192.168.10.77' }], clientNetwork: 'lan' });
  });

  it('takes nameservers by name and resolvers of your own by address', () => {
    const model = modelOfText(`${example}clients: { resolvers: [dns2, 192.0.2.53] }\n`);
    expect(model.resolvers.map(({ text }) => text)).toEqual(['192.168.10.22', '192.0.2.53']);
  });

  it('escapes dots in the local part of a contact (RFC 1035)', () => {
    const model = modelOfText(example.replace('devops.com: {}', 'devops.com: { contact: first.last@Example.org }'));
    expect(model.zones[0]?.rname).toBe(String.raw`first\.last.example.org`);
  });

  it('lets one balancer and one nameserver pass when that is said', () => {
    const text = example
      .replace('name: devops\n', 'name: devops\nallow: [single-balancer, single-nameserver]\n')
      .replace(/ {2}dns2.*\n/, '')
      .replace(/ {2}lb2.*\n/, '')
      .replace('preferred: lb2', 'preferred: lb1');
    const result = readModel({ file: 'edge.yaml', text });
    expect(result).toMatchObject({
      ok: true,
      value: { warnings: [], model: { vips: [{ claims: [{ balancer: 'lb1' }] }, {}] } },
    });
  });

  it('makes every right edge into a model with unique priorities, VRIDs and a full order of holders', () => {
    fc.assert(
      fc.property(edgeShapes, (shape) => {
        const model = modelOfText(edgeText(shape));
        const balancers = model.balancers.map(({ name }) => name).toSorted();
        expect(new Set(model.vips.map(({ vrid }) => vrid)).size).toBe(shape.vips.length);
        for (const vip of model.vips) {
          expect(vip.claims.map(({ balancer }) => balancer).toSorted()).toEqual(balancers);
          expect(vip.claims[0].balancer).toBe(vip.preferred);
          expect(new Set(vip.claims.map(({ priority }) => priority)).size).toBe(balancers.length);
        }
        const used = new Set(modelHosts(model).flatMap(({ addresses }) => addresses.map(({ text }) => text)));
        for (const { text } of model.lab.clientAddresses) expect(used.has(text)).toBe(false);
        for (const { text } of model.resolvers) {
          expect(model.nameservers.some(({ addresses }) => addresses.some((own) => own.text === text))).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });
});
