import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import { agentUnit } from '../model/agent-paths.ts';
import { agentPorts, portRefusals } from './needed-ports.ts';

const [found] = exampleModel().nameservers;
if (found === undefined) throw new Error('no nameserver');
const dns1 = found;

function refusals(address: string, process: string, units: readonly string[]): readonly string[] {
  const listener: HostFacts['listeners'][number] = { protocol: 'udp', address, port: 7790, processes: [process] };
  return portRefusals(dns1, { listeners: [listener] }, agentPorts(units)).map(({ message }) => message);
}

test('the port of the agents that another process holds is refused, where there is an agent', () => {
  const said = [expect.stringContaining(`taken by socat (192.168.10.21:7790), and ${agentUnit} must have it`)];
  expect(refusals('192.168.10.21', 'socat', [agentUnit])).toEqual(said);
  expect(refusals('192.168.10.21', 'socat', ['pdns.service'])).toEqual([]);
  expect(refusals('127.0.0.1', 'socat', [agentUnit])).toEqual([]);
  expect(refusals('192.168.10.21', 'MainThread', [agentUnit])).toEqual([]);
});
