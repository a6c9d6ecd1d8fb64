import { afterEach, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { eventually } from '../../test/kit/edge-lab.ts';
import type { HolderRecord } from '../facts/drill-records.ts';
import type { InterfaceFacts } from '../facts/host-facts.ts';
import { watchHolders } from './observe-holders.ts';
import type { Watcher } from './wait-until.ts';

const model = exampleModel();
const [vip1, vip2] = ['192.168.10.100', '192.168.10.200'] as const;
let running: Watcher | undefined;

afterEach(async () => {
  await running?.stop();
});

function holding(mac: string, ...addresses: readonly string[]): readonly InterfaceFacts[] {
  return [{ name: 'eth0', mac, up: true, mtu: 1500, addresses: addresses.map((address) => ({ address, prefix: 32 })) }];
}

test('holders are written down when they change, and a balancer that hangs holds up nobody', async () => {
  const records: HolderRecord[] = [];
  let world: 'healthy' | 'lb1-hangs' | 'lb1-back' = 'healthy';
  const released = Promise.withResolvers<undefined>();
  const watcher = watchHolders({
    model,
    onRecord: (record) => void records.push(record),
    onBug: (error) => {
      throw error;
    },
    ask: async (balancer) => {
      if (balancer.name === 'lb2') {
        return world === 'healthy' ? holding('02:00:00:00:00:02', vip2) : holding('02:00:00:00:00:02', vip1, vip2);
      }
      if (world === 'lb1-hangs') {
        await released.promise;
        return undefined;
      }
      return world === 'healthy' ? holding('02:00:00:00:00:01', vip1) : holding('02:00:00:00:00:09');
    },
  });
  running = watcher;
  const last = (vip: string) => records.findLast((record) => record.vip === vip);

  await watcher.complete;
  expect(last('vip1')).toMatchObject({ seen: 'hosts', holders: ['lb1'], silent: [] });
  expect(last('vip2')).toMatchObject({ holders: ['lb2'] });
  expect(watcher.macs.get('02:00:00:00:00:01')).toBe('lb1');

  world = 'lb1-hangs';
  await eventually(
    () => Promise.resolve(last('vip1')),
    (record) => record?.silent.join() === 'lb1' && record.holders.join() === 'lb2',
  );
  expect(watcher.silent.has('lb1')).toBe(true);

  world = 'lb1-back';
  released.resolve(undefined);
  await eventually(
    () => Promise.resolve(last('vip1')),
    (record) => record?.silent.length === 0,
  );
  // Its MAC is another one after a start.
  expect(watcher.macs.get('02:00:00:00:00:09')).toBe('lb1');

  const said = records.filter((record) => record.vip === 'vip1').map(({ holders, silent }) => [holders, silent]);
  for (const [index, state] of said.entries()) expect(state).not.toEqual(said[index - 1]);
});
