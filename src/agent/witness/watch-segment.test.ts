import { expect, it, vi } from 'vitest';
import { exampleModel } from '../../../test/kit/example-model.ts';
import { agentConfig } from '../../model/agent-config.ts';
import type { AgentConfig } from '../../model/agent-config.ts';
import { watchSegment } from './watch-segment.ts';
import type { SegmentState } from './watch-segment.ts';

const patient = { timeout: 20_000, interval: 10 };

function lb1Config(): AgentConfig {
  const model = exampleModel();
  const [lb1] = model.balancers;
  if (lb1 === undefined) throw new Error('a balancer');
  return agentConfig(model, lb1);
}

it('tells of strangers and of a second owner when they come, and when they are over', async () => {
  const config = lb1Config();
  const [vip1 = '', vip2 = ''] = config.vips.map(({ addresses }) => addresses[0] ?? '');
  let strangers = '';
  let owner = '';
  const asked = new Set<string>();
  const lines: string[] = [];
  const states: SegmentState[] = [];
  const controller = new AbortController();
  const hands = {
    addresses: () => new Set([vip1]),
    askOwner: async (address: string) => {
      asked.add(address);
      return owner;
    },
    listStrangers: async () => strangers,
  };
  const end = watchSegment(
    { config, hands, log: (line) => lines.push(line), report: (state) => states.push(state), everyMs: 5 },
    controller.signal,
  );
  await vi.waitFor(() => expect(states).toEqual([{ strangers: [], conflicts: [] }]), patient);
  strangers = '{"nftables": [{"set": {"elem": ["192.168.10.66"]}}]}';
  owner = `ARPING ${vip1} from 0.0.0.0 eth0\nUnicast reply from ${vip1} [0A:00:00:00:00:01]  0.615ms\nSent 1 probes (1 broadcast(s))\n`;
  await vi.waitFor(
    () =>
      expect(states.at(-1)).toEqual({
        strangers: ['192.168.10.66'],
        conflicts: [{ vip: 'vip1', macs: ['0a:00:00:00:00:01'] }],
      }),
    patient,
  );
  strangers = '';
  owner = '';
  await vi.waitFor(() => expect(lines.filter((line) => line.startsWith('over: '))).toHaveLength(2), patient);
  expect(asked).toEqual(new Set([vip1]));
  expect(asked.has(vip2)).toBe(false);
  controller.abort();
  await end;
});
