import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import type { LabFault } from '../../src/lab/lab-fault.ts';
import { machineNamespace } from '../../src/lab/lab-paths.ts';
import { type EdgeCommand, edgeCommand } from '../kit/edge-command.ts';
import { type EdgeLab, eventually, startEdgeLab } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { probeOutage } from '../kit/probe-outage.ts';

/** The contestant: the same edge as the usual tutorial builds it. It must work, fail over in its own time, and go away. */
const suffix = `contest-${process.pid}`;
const vip1 = '192.168.10.100';
const vip2 = '192.168.10.200';
let lab: EdgeLab;
let edge: EdgeCommand;

beforeAll(async () => {
  lab = await startEdgeLab(exampleModel(), suffix);
  edge = await edgeCommand(suffix);
});
afterAll(async () => {
  await lab.close();
  await edge.remove();
});

/** Applies a profile, and sees that a plan right after it is empty. */
async function apply(...profile: readonly string[]): Promise<void> {
  const applied = await edge.run('apply', ...profile);
  expect(applied.code, applied.stderr + applied.stdout).toBe(0);
  const pending = await edge.run('plan', ...profile, '--exit-code');
  expect(pending.code, pending.stdout).toBe(0);
}

async function vipsOn(balancer: string): Promise<string> {
  const text = await lab.on(balancer, 'ip', '-br', 'address', 'show', 'dev', 'eth0');
  return [vip1, vip2].filter((vip) => text.includes(`${vip}/32`)).join(' ');
}

async function held(): Promise<readonly string[]> {
  return Promise.all([vipsOn('lb1'), vipsOn('lb2')]);
}

/** Both addresses on the balancers that prefer them. */
async function atHome(): Promise<void> {
  await eventually(held, (vips) => vips.join() === `${vip1},${vip2}`);
}

async function pageThrough(vip: string): Promise<string> {
  const pin = `devops.com:443:${vip}`;
  return lab.on('client', 'curl', '-sSk', '--max-time', '5', '--resolve', pin, 'https://devops.com/');
}

async function servesThrough(vip: string): Promise<void> {
  const seen = new Set<string>();
  await eventually(
    async () => {
      const page = await pageThrough(vip);
      for (const web of ['web1', 'web2']) if (page.includes(web)) seen.add(web);
      return seen.size;
    },
    (size) => size === 2,
  );
}

async function answersOf(nameserver: string): Promise<string> {
  const text = await lab.on('client', 'dig', '+short', '+time=2', `@${nameserver}`, 'devops.com', 'A');
  return text.trim().split('\n').sort().join(' ');
}

/** Causes a fault on lb1 under a probe, waits until lb2 holds both and serves, heals, and waits until all is as before. */
async function loseLb1(title: string, fault: LabFault): Promise<void> {
  const order = { namespace: machineNamespace(lab.name, 'client'), name: 'devops.com', addresses: [vip1, vip2] };
  const outages = await probeOutage(order, async () => {
    await wait(300);
    await labFault(lab.name, fault);
    await eventually(
      () => vipsOn('lb2'),
      (vips) => vips === `${vip1} ${vip2}`,
    );
    await servesThrough(vip1);
  });
  for (const { address, requests, failed, longestGapMs } of outages) {
    console.log(`reference, ${title}: ${address}: longest outage ${longestGapMs} ms, ${failed} of ${requests} failed`);
  }
  await servesThrough(vip2);
  // Nobody checks the VIPs, so the answers stay whatever happens.
  expect(await answersOf('192.168.10.21')).toBe(`${vip1} ${vip2}`);
  await labHeal(lab.name, ignoreEvents);
  await atHome();
  await servesThrough(vip1);
}

test('works: addresses at home, both web servers behind each, both name servers answer with both', async () => {
  await apply('--profile', 'reference');
  await atHome();
  await servesThrough(vip1);
  await servesThrough(vip2);
  for (const nameserver of ['192.168.10.21', '192.168.10.22']) {
    expect(await answersOf(nameserver)).toBe(`${vip1} ${vip2}`);
  }
});

test('NGINX killed on lb1: nobody starts it again, lb2 takes over, and gives back when it is started', async () => {
  await loseLb1('NGINX killed', { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'all' });
});

test('lb1 powered off: lb2 takes over, and gives back', async () => {
  await loseLb1('power off', { kind: 'power-off', machine: 'lb1' });
});

test('evenkeel takes its place, healthy, and leaves again without a trace', async () => {
  // Folders may stay: an empty `nginx.service.d` says nothing to systemd.
  const ours = 'find /etc/systemd/system /etc/keepalived /etc/tmpfiles.d /usr/local/lib ! -type d | sort';
  const before = await lab.on('lb1', 'sh', '-c', ours);
  expect(before).toContain('check_nginx.sh');
  await apply();
  const end = await eventually(
    () => edge.run('status', '--json'),
    (run) => run.code === 0,
  );
  expect(JSON.parse(end.stdout)).toMatchObject({ healthy: true });
  expect(await lab.on('lb1', 'sh', '-c', ours)).not.toContain('check_nginx.sh');
  expect(await lab.on('lb1', 'systemctl', 'cat', 'nginx.service')).toContain('nginx-verdict');
  await apply('--profile', 'reference');
  expect(await lab.on('lb1', 'sh', '-c', ours)).toBe(before);
  const running = ['systemctl', 'list-units', '--all', '--plain', '--no-legend', 'evenkeel-*'] as const;
  expect((await lab.on('lb1', ...running)).trim().split('\n')).toHaveLength(1);
  await atHome();
  await servesThrough(vip1);
});
