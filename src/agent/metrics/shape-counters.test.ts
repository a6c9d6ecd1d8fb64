import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dualStackModel } from '../../../test/kit/example-model.ts';
import { statuses } from '../../../test/kit/metrics-sample.ts';
import { agentConfig } from '../../model/agent-config.ts';
import { latencyBounds } from '../../model/latency-buckets.ts';
import type { AgentPool } from '../../model/agent-config.ts';
import { shapeCounters } from './shape-counters.ts';

const [balancer] = dualStackModel().balancers;
if (balancer === undefined) throw new Error('no balancer');
const [template] = agentConfig(dualStackModel(), balancer).pools;
if (template === undefined) throw new Error('no pool');

function backend(name: string, address: string) {
  return { name, address, port: 80, weight: 1, backup: false };
}
const pools: readonly AgentPool[] = [
  { ...template, name: 'web', backends: [backend('web1:80', '10.0.0.31'), backend('web2:80', 'fd00::32')] },
  { ...template, name: 'api', backends: [backend('web1:80', '10.0.0.31')] },
];

describe('the counters of NGINX', () => {
  test('are of sites, backends, handshakes and versions', () => {
    const counts = {
      'site shop.example 2': 7,
      'site shop.example 5': 1,
      'site shop.example bytes': 4096,
      'site shop.example seconds': 0.25,
      'site shop.example b1': 6,
      'site shop.example b12': 2,
      'site *.api.example 3': 2,
      'backend web 10.0.0.31:80 2': 5,
      'backend web 10.0.0.31:80 seconds': 0.125,
      'backend web [fd00::32]:80 5': 1,
      'backend api 10.0.0.31:80 2': 3,
      'tls full': 4,
      'protocol HTTP/1.1': 6,
      'protocol HTTP/2': 2,
    };
    expect(shapeCounters({ counts }, pools)).toEqual({
      sites: [
        {
          site: '*.api.example',
          statuses: statuses({ '3xx': 2 }),
          bytes: 0,
          seconds: 0,
          buckets: latencyBounds.map(() => 0).concat(0),
        },
        {
          site: 'shop.example',
          statuses: statuses({ '2xx': 7, '5xx': 1 }),
          bytes: 4096,
          seconds: 0.25,
          buckets: [6, ...latencyBounds.slice(1).map(() => 0), 2],
        },
      ],
      backends: [
        { pool: 'api', backend: 'web1:80', statuses: statuses({ '2xx': 3 }), seconds: 0 },
        { pool: 'web', backend: 'web1:80', statuses: statuses({ '2xx': 5 }), seconds: 0.125 },
        { pool: 'web', backend: 'web2:80', statuses: statuses({ '5xx': 1 }), seconds: 0 },
      ],
      handshakes: { full: 4, resumed: 0 },
      protocols: [
        { protocol: 'HTTP/1.1', requests: 6 },
        { protocol: 'HTTP/2', requests: 2 },
      ],
    });
  });

  test('addresses that are no backends of the pool are counted together, so that labels have an end', () => {
    const counts = {
      'backend web web 5': 3,
      'backend web 203.0.113.9:80 2': 2,
      'backend web 203.0.113.9:80 seconds': 1,
      'backend gone 10.0.0.31:80 2': 4,
    };
    expect(shapeCounters({ counts }, pools).backends).toEqual([
      { pool: 'gone', backend: 'none', statuses: statuses({ '2xx': 4 }), seconds: 0 },
      { pool: 'web', backend: 'none', statuses: statuses({ '2xx': 2, '5xx': 3 }), seconds: 1 },
    ]);
  });

  test('nothing was counted yet', () => {
    expect(shapeCounters({ counts: {} }, pools)).toEqual({
      sites: [],
      backends: [],
      handshakes: { full: 0, resumed: 0 },
      protocols: [],
    });
  });

  test('an answer that is not ours is refused', () => {
    for (const answer of [undefined, [], { counts: [] }, { error: 'x' }]) {
      expect(() => shapeCounters(answer, pools)).toThrow('not what was asked for');
    }
  });

  test('no request gets lost or is counted twice, however the counters are mixed', () => {
    const key = fc.tuple(
      fc.constantFrom('10.0.0.31:80', '[fd00::32]:80', '198.51.100.1:1'),
      fc.integer({ min: 0, max: 5 }),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(key, fc.nat(1000)), { maxLength: 30 }), (rows) => {
        const counts = Object.fromEntries(
          rows.map(([[address, class_], n]) => [`backend web ${address} ${class_}`, n]),
        );
        const { backends } = shapeCounters({ counts }, pools);
        const total = backends.flatMap((one) => Object.values(one.statuses)).reduce((sum, one) => sum + one, 0);
        expect(total).toBe(Object.values(counts).reduce((sum, one) => sum + one, 0));
      }),
    );
  });
});
