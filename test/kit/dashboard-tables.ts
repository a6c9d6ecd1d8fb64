import { exampleModel } from './example-model.ts';
import type { Model } from '../../src/model/model.ts';
import { type EdgeView, emptyView, topologyOf, type Topology } from '../../src/report/edge-view.ts';

/** Rows of the dashboard's tables for a model in which all is well. Times of answers follow `tick`: all of them change with it. */
export function wellView(model: Model, tick = 0): EdgeView {
  const at = new Date(Date.parse('2026-11-29T12:00:00Z') + tick * 1000).toISOString();
  const ms = (index: number): number => variedMs(index, tick);
  return {
    ...emptyView,
    look: [{ key: 'look', state: 'fresh', at, ms: 400 + (tick % 50) }],
    holdings: model.vips.map(({ name, ipv4, preferred }) => ({
      key: name,
      addresses: [ipv4.text],
      preferred,
      holders: [preferred],
      silent: [],
      since: '2026-11-29T12:00:00.000Z',
    })),
    balancers: model.balancers.map(({ name }) => ({
      key: name,
      host: name,
      reachable: true,
      nginx: 'active',
      keepalived: 'active',
      agent: 'active',
      nginxHangs: false,
      drained: false,
      holds: [],
      drainedBackends: [],
      lostTables: [],
    })),
    backends: model.balancers.flatMap((balancer, seer) =>
      model.pools.flatMap((pool) =>
        pool.backends.map((backend, index) => ({
          key: `${pool.name} ${backend.name} ${balancer.name}`,
          pool: pool.name,
          name: backend.name,
          address: backend.address.text,
          port: backend.port,
          balancer: balancer.name,
          up: true,
          reason: 'HTTP 200',
          ms: ms(index + seer),
          weight: 1,
          backup: false,
        })),
      ),
    ),
    nameservers: model.nameservers.map(({ name, addresses }) => ({
      key: name,
      host: name,
      reachable: true,
      address: addresses[0].text,
      powerdns: 'active',
      answering: true,
      answers: model.vips.slice(0, 2).map(({ ipv4 }) => ipv4.text),
      names: [],
      serials: [],
    })),
    sites: model.sites.flatMap((site, index) =>
      site.vips.slice(0, 2).map((vip) => ({
        key: `${site.name} ${vip}`,
        site: site.name,
        name: site.name,
        vip,
        address: model.vips.find(({ name }) => name === vip)?.ipv4.text ?? '',
        up: true,
        status: 200,
        reason: 'OK',
        ms: ms(index),
      })),
    ),
    traffic: wellTraffic(model, tick),
  };
}

/** The balancers' traffic when all is well; all of it changes with `tick`. */
export function wellTraffic(model: Model, tick = 0): EdgeView['traffic'] {
  const ms = (index: number): number => variedMs(index, tick);
  return model.balancers.map(({ name }, index) => ({
    key: name,
    requestsPerSecond: 1000 + ms(index) * 10,
    errorsPerSecond: 0,
    p50Ms: 2,
    p95Ms: ms(index),
    p99Ms: 40 + ms(index),
    connections: 300 + ms(index),
    handshakesPerSecond: 20,
    resumedShare: 0.8,
    oldWorkers: 0,
  }));
}

function variedMs(index: number, tick: number): number {
  return 1 + ((index * 7 + tick) % 23);
}

/** What is drawn of the example's edge. */
export function exampleTopology(): Topology {
  return topologyOf(exampleModel(), 'lab');
}
