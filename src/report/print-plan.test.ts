import { expect, test } from 'vitest';
import { bareFacts, desiredHosts, settledFacts, smallModel } from '../../test/kit/small-edge.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import { computePlan } from '../plan/compute-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { planSummary, printPlan } from './print-plan.ts';
import { plainStyle } from './text-style.ts';

const v1 = desiredHosts('v1');

function planFrom(facts: readonly HostFacts[], version: 'v1' | 'v2' = 'v2'): Plan {
  return computePlan({ model: smallModel, desired: desiredHosts(version), facts });
}

test('no changes is one line', () => {
  const settled = v1.map((host) => settledFacts(host, 'g'));
  expect(printPlan(planFrom(settled, 'v1'), plainStyle)).toBe('(no changes)\n');
});

test('a change of one host shows its diff, its reason, and what follows', () => {
  const facts = desiredHosts('v2').map((host) =>
    settledFacts(host.host === 'web1' ? (v1.find((one) => one.host === 'web1') ?? host) : host, 'g'),
  );
  expect(printPlan(planFrom(facts), plainStyle)).toMatchInlineSnapshot(`
    "web1 (web server)
      ~ /etc/nginx/nginx.conf  /etc/nginx/nginx.conf of web1
          @@ -1,1 +1,1 @@
          -# web v1
          +# web v2
      then reload nginx.service: its configuration changed

    (no changes) web2, dns2, dns1, lb1, lb2

    1 file on 1 host; no VIP moves and no server stops
    "
  `);
});

test('secrets are shown as the first digits of their hash and nothing else', () => {
  const text = printPlan(planFrom(v1.map((host) => settledFacts(host, 'g'))), plainStyle);
  expect(text).toMatch(/key\.pem .*secret: [0-9a-f]{8}\.\.\. -> [0-9a-f]{8}\.\.\./);
  expect(text).not.toContain('key v');
});

test('a first apply names packages and units and costs nobody anything', () => {
  const plan = planFrom(v1.map((host) => bareFacts(host.host)));
  expect(printPlan(plan, plainStyle)).toContain('+ package nginx 1.26.3-3+deb13u11');
  expect(planSummary(plan)).toBe(
    '10 packages, 18 files, 20 changes of units on 6 hosts; no VIP moves and no server stops',
  );
});

test('files that are right but not known yet are counted', () => {
  const facts = v1.map((host) => ({ ...settledFacts(host, 'g'), manifest: undefined }));
  const text = printPlan(planFrom(facts, 'v1'), plainStyle);
  expect(text).toContain('= 6 files are right as they are; evenkeel looks after them from now on');
  expect(text).toContain('= 1 file is right as it is; evenkeel looks after it from now on');
  expect(text).not.toContain('key.pem');
});

test('a refusal says what is in the way and what to do', () => {
  const taken = { protocol: 'tcp', address: '0.0.0.0', port: 80, processes: ['apache2'] } as const;
  const facts = v1.map((host) => ({ ...settledFacts(host, 'g'), listeners: host.host === 'lb1' ? [taken] : [] }));
  const text = printPlan(planFrom(facts), plainStyle);
  expect(text).toContain('refused port 80/tcp on lb1 is taken by apache2');
  expect(text).toContain('Stop that service on lb1');
  expect(text.trimEnd().split('\n').at(-1)).toBe('refused: 1 thing in the way, nothing will be changed');
});

test('a long diff is cut and the rest counted', () => {
  const long = Array.from({ length: 300 }, (_, line) => `line ${line}`).join('\n');
  const facts = v1.map((host) => settledFacts(host, 'g'));
  const plan = planFrom(facts);
  const cut: Plan = {
    ...plan,
    hosts: plan.hosts.map((host) => ({
      ...host,
      changes: host.changes.map((change) => (change.kind === 'file' ? { ...change, diff: long } : change)),
    })),
  };
  expect(printPlan(cut, plainStyle)).toContain('... 220 more lines');
});
