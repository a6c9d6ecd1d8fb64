import { expect, test } from 'vitest';
import { parseNeighbourEvent } from './vip-sighting.ts';

test.for([
  {
    line: '192.168.10.10 dev eth0 lladdr 5e:0c:21:aa:00:01 REACHABLE',
    event: { address: '192.168.10.10', mac: '5e:0c:21:aa:00:01' },
  },
  {
    line: 'fd00:10::10 dev eth0 lladdr 5e:0c:21:aa:00:01 router STALE',
    event: { address: 'fd00:10::10', mac: '5e:0c:21:aa:00:01' },
  },
  { line: '192.168.10.10 dev eth0  FAILED', event: { address: '192.168.10.10', mac: '' } },
  {
    line: 'Deleted 192.168.10.10 dev eth0 lladdr 5e:0c:21:aa:00:01 STALE',
    event: { address: '192.168.10.10', mac: '' },
  },
  { line: 'Timestamp: Sun Nov 22 11:00:00 2026 123 usec', event: undefined },
  { line: '', event: undefined },
])('ip monitor neigh: $line', ({ line, event }) => {
  expect(parseNeighbourEvent(line)).toEqual(event);
});
