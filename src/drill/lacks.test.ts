import { expect, test } from 'vitest';
import type { RequestRecord } from '../facts/drill-records.ts';
import { missedServers } from './lacks.ts';

function answered(start: number, server: string, address = '192.0.2.1'): RequestRecord {
  return { kind: 'request', stream: 'vip1', start, end: start + 5, failure: undefined, address, server };
}

test('an edge is not as before while a server that answered through an address does not any more', () => {
  const before = [answered(0, 'web1'), answered(20, 'web2'), answered(40, 'web1', '192.0.2.2')];
  const times = { before: 100, since: 500 };
  const alone = [...before, answered(600, 'web1'), answered(620, 'web1', '192.0.2.2')];
  expect(missedServers(alone, times)).toEqual(['web2 does not answer through 192.0.2.1']);
  // What it answered between the fault and the repair says nothing.
  expect(missedServers([...alone, answered(400, 'web2')], times)).toHaveLength(1);
  expect(missedServers([...alone, answered(640, 'web2')], times)).toEqual([]);
});

test('failed requests and servers without a name prove nothing and are not missed', () => {
  const failed: RequestRecord = { ...answered(600, 'web1'), failure: 'status' };
  expect(missedServers([answered(0, 'web1'), failed], { before: 100, since: 500 })).toHaveLength(1);
  expect(missedServers([answered(0, '')], { before: 100, since: 500 })).toEqual([]);
});
