import { describe, expect, test } from 'vitest';
import { nothingSeen } from '../src/facts/status-agent.ts';
import type { EdgeView } from '../src/report/edge-view.ts';
import { wellView } from '../test/kit/dashboard-tables.ts';
import { exampleModel } from '../test/kit/example-model.ts';
import { balancerState, hostStates, trafficWords } from './host-state.ts';

const view = wellView(exampleModel());

function balancer(change: Partial<EdgeView['balancers'][number]>): EdgeView['balancers'][number] {
  const [row] = view.balancers;
  if (row === undefined) throw new Error('the example has balancers');
  return { ...row, ...change };
}

describe('how a host is', () => {
  test.each([
    [{}, 'good', 'up'],
    [{ reachable: false, reason: 'timed out' }, 'bad', 'timed out'],
    [{ reachable: false }, 'bad', 'does not answer'],
    [{ drained: true, nginx: 'inactive' }, 'warn', 'drained by a person'],
    [{ nginx: 'failed' }, 'bad', 'NGINX failed'],
    [{ nginxHangs: true }, 'bad', 'NGINX hangs'],
    [{ keepalived: 'inactive' }, 'bad', 'keepalived inactive'],
    [{ agent: 'silent' }, 'warn', 'agent silent'],
    [{ agentSees: { ...nothingSeen, isolated: true } }, 'bad', 'cut off from all others'],
    [{ agentSees: { ...nothingSeen, blind: true } }, 'bad', 'reaches no backend'],
    [
      { agentSees: { ...nothingSeen, failedParts: [{ part: 'witness', failure: 'x' }] } },
      'warn',
      'agent: witness failed',
    ],
    [{ lostTables: ['ip evenkeel'] }, 'warn', 'lost its nftables'],
    [{ agentSees: { ...nothingSeen, settlingMs: 4000 } }, 'warn', 'just back; takes VIPs in 4.0 s'],
  ] as const)('a balancer that is %j: %s, %s', (change, tone, words) => {
    expect(balancerState(balancer(change))).toEqual({ tone, words });
  });

  test('every host of the example is up; those that nobody asked are not there', () => {
    const states = hostStates(view);
    expect([...states.keys()].toSorted()).toEqual(['dns1', 'dns2', 'lb1', 'lb2', 'web1', 'web2']);
    expect(new Set([...states.values()].map(({ tone }) => tone))).toEqual(new Set(['good']));
  });

  test('a web server is as balancers see it, or worse as it says itself', () => {
    const down = view.backends.map((row) => (row.name === 'web1' ? { ...row, up: false, reason: 'refused' } : row));
    expect(hostStates({ ...view, backends: down }).get('web1')).toEqual({ tone: 'bad', words: 'refused' });
    const half = down.map((row) => (row.balancer === 'lb1' ? { ...row, up: true } : row));
    expect(hostStates({ ...view, backends: half }).get('web1')).toEqual({ tone: 'warn', words: 'down for lb2' });
    const server = (nginx: string): EdgeView['webServers'] => [
      { key: 'web1', host: 'web1', reachable: true, managed: true, nginx },
    ];
    expect(hostStates({ ...view, webServers: server('active') }).get('web1')?.words).toBe('up');
    expect(hostStates({ ...view, webServers: server('failed') }).get('web1')?.words).toBe('NGINX failed');
  });

  test('traffic in a few words, or none', () => {
    const [row] = view.traffic;
    expect(trafficWords(undefined)).toBeUndefined();
    expect(row === undefined ? '' : trafficWords({ ...row, requestsPerSecond: 2.25, p95Ms: 12 })).toBe(
      '2.3 req/s, p95 12 ms',
    );
    expect(row === undefined ? '' : trafficWords({ ...row, requestsPerSecond: 1e6, p95Ms: 12 })).toMatch(/^1000\.0 k/);
  });
});
