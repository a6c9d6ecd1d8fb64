import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseJson } from './fields.ts';
import { nothingSeen, parseAgentStatus } from './status-agent.ts';
import { parseClaims, parseDrainedBackends } from './status-orders.ts';

const troubled = readFileSync(new URL('../../test/fixtures/status/agent-troubled.json', import.meta.url), 'utf8');

describe('what an agent answers', () => {
  test('every part that has something to say', () => {
    expect(parseAgentStatus(parseJson(troubled))).toEqual({
      isolated: false,
      yielded: ['vip1'],
      alarms: ['vip1 was left to lb2, which holds it too and is preferred'],
      strangers: ['192.168.10.77'],
      conflicts: [{ vip: 'vip2', macs: ['02:61:6c:69:65:6e'] }],
      blind: false,
      pools: [
        {
          pool: 'web',
          panic: true,
          empty: false,
          backends: [
            { name: 'web1:80', belief: 'unreachable-from-here', use: 'up' },
            { name: 'web2:80', belief: 'down', use: 'up' },
          ],
        },
      ],
      settlingMs: 41_500,
      failedParts: [{ part: 'readiness', failure: 'Error: connect EMFILE' }],
    });
  });

  test('a part that failed once and runs again is well; one that settles no more is in service', () => {
    const parts = {
      witness: { state: 'running', failure: 'Error: no key', failures: 3 },
      failback: { state: 'running', failures: 0, report: { settling: false, leftMs: 0, returns: 2 } },
    };
    expect(parseAgentStatus({ parts })).toEqual(nothingSeen);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'agent: what?'],
    ['null', 'null'],
    ['an agent without parts', '{"format":1}'],
    ['parts that reported nothing yet', '{"parts":{"witness":{"state":"running"},"segment":null,"backends":7}}'],
    [
      'other types',
      '{"parts":{"witness":{"report":{"isolated":"yes","alarms":"all","yielded":[1]}},"backends":{"report":[]}}}',
    ],
  ])('%s', (_name, text) => {
    expect(parseAgentStatus(parseJson(text))).toEqual(nothingSeen);
  });

  test('missing fields of an older agent', () => {
    const backends = { report: { pools: [{ pool: 'web', backends: [{ name: 'web1:80' }, 'web2'] }] } };
    expect(parseAgentStatus({ parts: { backends, readiness: { state: 'failed' } } })).toEqual({
      ...nothingSeen,
      pools: [{ pool: 'web', panic: false, empty: false, backends: [{ name: 'web1:80', belief: '', use: '' }] }],
      failedParts: [{ part: 'readiness', failure: '' }],
    });
  });
});

describe('what a person told a balancer', () => {
  test('claims that are not 0', () => {
    const files = '/var/lib/evenkeel/claim-vip1:104\n/var/lib/evenkeel/claim-vip2:0\n/var/lib/evenkeel/claim-vip-3:\n';
    expect(parseClaims(files)).toEqual(['vip1']);
    expect(parseClaims('')).toEqual([]);
  });

  test('drained backends', () => {
    expect(parseDrainedBackends('{"drained":["web1","web2:8080"]}\n')).toEqual(['web1', 'web2:8080']);
    expect(parseDrainedBackends('')).toEqual([]);
    expect(parseDrainedBackends('{"drained":"web1"}')).toEqual([]);
  });
});
