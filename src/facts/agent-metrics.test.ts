import fc from 'fast-check';
import { expect, test } from 'vitest';
import { agentSample } from '../../test/kit/metrics-sample.ts';
import { parseAgentMetrics } from './agent-metrics.ts';
import { parseBackendChecks } from './backend-checks.ts';
import { parsePowerdnsStatistics } from './powerdns-statistics.ts';
import { checksSample, statisticsSample } from '../../test/kit/metrics-sample.ts';

test('what an agent says is read back as it was said', () => {
  for (const said of [agentSample(), agentSample({ nginx: undefined, vips: [], verdicts: [] })]) {
    expect(parseAgentMetrics(JSON.parse(JSON.stringify(said)))).toEqual(said);
  }
});

test('an agent that says less has not counted the rest', () => {
  expect(parseAgentMetrics({ at: 5, nginx: { sites: [{ site: 'a.example' }] } })).toMatchObject({
    at: 5,
    startedAt: 0,
    vips: [],
    nginx: {
      accepted: 0,
      connections: { reading: 0, writing: 0, waiting: 0 },
      sites: [{ site: 'a.example', statuses: { '2xx': 0 }, buckets: [] }],
    },
  });
});

test('what is no answer is none, whatever it is', () => {
  for (const value of [undefined, null, 'text', [], {}, { at: 'now' }])
    expect(parseAgentMetrics(value)).toBeUndefined();
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      parseAgentMetrics(value);
      parseBackendChecks(value);
    }),
  );
});

test('a verdict that is not understood counts as one that keeps VIPs away', () => {
  expect(
    parseAgentMetrics({
      at: 1,
      verdicts: [
        { name: 'a', value: 0 },
        { name: 'b', value: 'x' },
      ],
    })?.verdicts,
  ).toEqual([
    { name: 'a', value: 0 },
    { name: 'b', value: 1 },
  ]);
});

test('checks of backends', () => {
  expect(parseBackendChecks(checksSample).map(({ backend, state, failures }) => [backend, state, failures])).toEqual([
    ['web1:80', 'up', 1],
    ['web2:80', 'down', 80],
    ['web3:80', 'unknown', 0],
  ]);
  expect(parseBackendChecks({ views: [{ pool: 'web', state: 'sideways' }] })).toMatchObject([{ state: 'unknown' }]);
  expect(parseBackendChecks(undefined)).toEqual([]);
});

test('statistics of PowerDNS: numbers only', () => {
  const read = parsePowerdnsStatistics(statisticsSample);
  expect([read.get('udp-queries'), read.get('packetcache-miss'), read.has('version'), read.size]).toEqual([
    96,
    30,
    false,
    10,
  ]);
  expect(parsePowerdnsStatistics('Fatal: Unable to connect\n').size).toBe(0);
  fc.assert(fc.property(fc.string(), (text) => void parsePowerdnsStatistics(text)));
});
