import { expect, test } from 'vitest';
import { backend, nginxInput, nginxModel, pool, site } from '../../test/kit/nginx-input.ts';
import { latencyBounds } from '../model/latency-buckets.ts';
import { metricLimits } from '../model/metric-limits.ts';
import type { Model } from '../model/model.ts';
import { luaMetrics } from './lua-metrics.ts';
import { renderNginxBalancer } from './nginx-balancer.ts';

const web = pool('web', [backend('web1', '10.77.0.31:80')]);

/** What each site's servers say when a request is over, by the file's path. */
function callsOf(model: Model): ReadonlyMap<string, readonly string[]> {
  const [balancer] = model.balancers;
  if (balancer === undefined) throw new Error('no balancer');
  const files = renderNginxBalancer(nginxInput(model, 'debian13'), balancer);
  return new Map(
    files
      .filter(({ path }) => path.startsWith('/etc/nginx/evenkeel/sites/'))
      .map(({ path, bytes }) => [
        path.slice('/etc/nginx/evenkeel/sites/'.length, -'.conf'.length),
        [...new TextDecoder().decode(bytes).matchAll(/pcall\(evenkeel\.done([^)]*)\)/g)].map((match) => match[1] ?? ''),
      ]),
  );
}

test('both servers of a site count, and only the one that asks a backend counts tries', () => {
  const sites = [
    site('shop.example', 'web'),
    site('plain.example', 'web', { redirect: false }),
    site('*.wild.example', 'web'),
  ];
  expect(Object.fromEntries(callsOf(nginxModel({ pools: [web], sites })))).toEqual({
    'shop.example': [', [[shop.example]]', ', [[shop.example]], [[web]]'],
    'plain.example': [', [[plain.example]], [[web]]', ', [[plain.example]], [[web]]'],
    '_wildcard_.wild.example': [', [[*.wild.example]]', ', [[*.wild.example]], [[web]]'],
  });
});

test('sites beyond the limit are counted together', () => {
  const sites = Array.from({ length: metricLimits.sites + 1 }, (_, index) => site(`s${index}.example`, 'web'));
  const calls = callsOf(nginxModel({ pools: [web], sites }));
  expect(calls.get(`s${metricLimits.sites - 1}.example`)?.[0]).toBe(`, [[s${metricLimits.sites - 1}.example]]`);
  expect(calls.get(`s${metricLimits.sites}.example`)).toEqual([', [[_other]]', ', [[_other]], [[web]]']);
});

test('the buckets of the code are those that the agent reads', () => {
  const [, bounds = ''] = /^local bounds = \{ (.*) \}$/m.exec(luaMetrics) ?? [];
  expect(bounds.split(', ').map(Number)).toEqual([...latencyBounds]);
});
