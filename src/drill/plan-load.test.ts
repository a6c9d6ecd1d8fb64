import { describe, expect, test } from 'vitest';
import type { Model, Site } from '../model/model.ts';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { describeLoad, planLoad } from './plan-load.ts';

const ids = (order: ReturnType<typeof planLoad>) => order.streams.map((stream) => stream.id);

describe('planLoad', () => {
  test('devops.com with a target: each VIP with all kinds, by name, both nameservers', () => {
    const order = planLoad(exampleModel(), { target: 'drill-target', ca: 'PEM' });
    const ofVip = (vip: string) => [vip, `${vip} kept`, `${vip} download`, `${vip} upload`, `${vip} websocket`];
    expect(ids(order)).toEqual([...ofVip('vip1'), ...ofVip('vip2'), 'by name']);
    expect(order.ca).toBe('PEM');
    expect(order.streams[0]).toEqual({
      kind: 'new-connection',
      id: 'vip1',
      target: { kind: 'address', address: '192.168.10.100' },
      name: 'devops.com',
      port: 443,
      path: '/.evenkeel-drill/ok',
      timeoutMs: 2000,
      everyMs: 20,
    });
    expect(order.nameservers).toEqual([
      { nameserver: 'dns1', address: '192.168.10.21', names: ['devops.com'], families: [4], everyMs: 250 },
      { nameserver: 'dns2', address: '192.168.10.22', names: ['devops.com'], families: [4], everyMs: 250 },
    ]);
  });

  test('real hosts get nothing but requests for the site, at other rates when wanted', () => {
    const order = planLoad(exampleModel(), { target: 'site', ca: undefined, rates: { newConnectionEveryMs: 100 } });
    expect(ids(order)).toEqual(['vip1', 'vip1 kept', 'vip2', 'vip2 kept', 'by name']);
    expect(new Set(order.streams.map((stream) => stream.path))).toEqual(new Set(['/']));
    expect(order.streams[0]).toMatchObject({ everyMs: 100 });
    expect(order.streams[1]).toMatchObject({ everyMs: 250, clients: 4 });
  });

  test('a pool of a fourth site is asked by its name; one that no nameserver answers, through its VIP', () => {
    const model = exampleModel();
    const [site, pool] = [model.sites[0], model.pools[0]];
    if (site === undefined || pool === undefined) throw new Error('the example has no site');
    const named = (name: string, of: string): Site => ({ ...site, name, names: [name], pool: of });
    const many: Model = {
      ...model,
      pools: [pool, { ...pool, name: 'shop' }, { ...pool, name: 'elsewhere' }],
      sites: [
        ...['devops.com', 'b.devops.com', 'c.devops.com', 'd.devops.com'].map((name) => named(name, pool.name)),
        named('shop.devops.com', 'shop'),
        named('shop.example.net', 'elsewhere'),
      ],
    };
    const order = planLoad(many, { target: 'site', ca: undefined });
    const byName = order.streams.filter((stream) => stream.target.kind === 'by-name');
    expect(byName.map(({ name }) => name)).toEqual(['devops.com', 'b.devops.com', 'c.devops.com', 'shop.devops.com']);
    // Four share the rate of three.
    expect(byName[0]).toMatchObject({ everyMs: 67 });
    expect(order.streams.at(-1)).toMatchObject({
      id: 'vip1 shop.example.net',
      name: 'shop.example.net',
      target: { kind: 'address', address: '192.168.10.100' },
      everyMs: 50,
    });
  });

  test('both families, three names and one of each other pool, each stream with an id of its own', () => {
    const model = dualStackModel();
    const order = planLoad(model, { target: 'drill-target', ca: undefined });
    for (const vip of model.vips.filter((vip) => vip.ipv6 !== undefined)) {
      expect(order.streams).toContainEqual(
        expect.objectContaining({ id: `${vip.name} ipv6`, target: { kind: 'address', address: vip.ipv6?.text } }),
      );
    }
    const names = order.streams.filter((stream) => stream.target.kind === 'by-name');
    expect(names.map(({ name }) => model.sites.find(({ names: all }) => all[0] === name)?.pool)).not.toContain(
      undefined,
    );
    const asked = new Set(order.streams.map(({ name }) => name));
    const pools = model.sites
      .filter(({ names: all }) => asked.has(all[0].replace('*', 'drill')))
      .map(({ pool }) => pool);
    expect(new Set(pools)).toEqual(new Set(model.sites.map(({ pool }) => pool)));
    expect(names.every((stream) => !stream.name.includes('*'))).toBe(true);
    expect(new Set(ids(order)).size).toBe(order.streams.length);
  });

  test('a pool with a server that is none of ours has no target, and no body is larger than its site takes', () => {
    const model = exampleModel();
    const foreign = { ...model, webServers: model.webServers.slice(1) };
    expect(ids(planLoad(foreign, { target: 'drill-target', ca: undefined }))).not.toContain('vip1 download');
    const small = { ...model, sites: model.sites.map((site) => ({ ...site, bodyLimit: 1000 })) };
    expect(planLoad(small, { target: 'drill-target', ca: undefined }).streams[3]).toMatchObject({ bytes: 1000 });
  });
});

test('describeLoad says it in words', () => {
  const order = planLoad(exampleModel(), { target: 'drill-target', ca: undefined });
  const titles = Object.fromEntries(describeLoad(order).map(({ id, title }) => [id, title]));
  expect(titles).toMatchObject({
    vip1: 'new TLS connections to 192.168.10.100, 50 a second',
    'by name': 'new TLS connections to the address of devops.com, 20 a second',
    'vip1 kept': '4 kept connections to 192.168.10.100, each with requests, 4 a second',
    'vip2 download': '1 download of 64 MiB through 192.168.10.200 at 2 MiB/s',
    'vip2 websocket': '2 WebSockets through 192.168.10.200, each with echoes, 4 a second',
    dns1: 'questions for devops.com to dns1, 4 a second',
  });
});
