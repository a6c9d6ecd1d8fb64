import { describe, expect, test } from 'vitest';
import { smallModel } from '../../test/kit/small-edge.ts';
import { agentConfig } from '../model/agent-config.ts';
import { judgePools, type Sighting } from './backends/pool-verdict.ts';
import { sightingsExchange } from './sightings-exchange.ts';

const [lb1] = smallModel.balancers;
if (lb1 === undefined) throw new Error('the small model has a balancer');
const { pools } = agentConfig(smallModel, lb1);
const seen = (web1: Sighting['state'], web2: Sighting['state']): readonly Sighting[] => [
  { pool: 'web', backend: 'web1:80', state: web1 },
  { pool: 'web', backend: 'web2:80', state: web2 },
];

describe('two balancers that tell each other what they see', () => {
  const here = sightingsExchange(pools);
  const there = sightingsExchange(pools);

  test('hear it as it was told', () => {
    there.tell(seen('up', 'down'));
    here.hear('lb2', there.told(), 1000);
    expect(here.heard(1500)).toEqual([{ balancer: 'lb2', ageMs: 500, views: seen('up', 'down') }]);
  });

  test('tell a backend that is down from one that only this one does not reach', () => {
    const verdict = judgePools({
      pools,
      own: seen('down', 'down'),
      peers: here.heard(1500),
      freshMs: 1000,
      drained: new Set(),
    });
    expect(verdict.pools[0]?.backends.map(({ belief }) => belief)).toEqual(['unreachable-from-here', 'down']);
    expect(verdict.reach).toBe('blind');
    const later = judgePools({
      pools,
      own: seen('down', 'down'),
      peers: here.heard(9000),
      freshMs: 1000,
      drained: new Set(),
    });
    expect(later.reach).toBe('unknown');
  });

  test('do not mix up lists that differ', () => {
    const other = sightingsExchange(pools.map((pool) => ({ ...pool, backends: pool.backends.toReversed().slice(1) })));
    other.tell(seen('up', 'up'));
    here.hear('lb2', other.told(), 2000);
    expect(here.heard(2000)).toEqual([]);
  });

  test('know nothing before anything was told', () => {
    const fresh = sightingsExchange(pools);
    expect(fresh.told().states).toEqual([]);
    here.hear('lb2', fresh.told(), 2000);
    expect(here.heard(2000)).toEqual([]);
  });
});
