import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrillFault } from '../../src/drill/drill-fault.ts';
import { drillFaults, pairFaults } from '../../src/drill/drill-faults.ts';
import { labCauser } from '../../src/drill/lab-causer.ts';
import { assertLabRunning } from '../../src/lab/lab-status.ts';
import { agentUnit } from '../../src/model/agent-paths.ts';
import { evenkeel } from '../kit/cli.ts';
import { type EdgeLab, eventually, startEdgeLab } from '../kit/edge-lab.ts';
import { exampleFile, exampleModel } from '../kit/example-model.ts';

/** Every fault of the model caused and healed on bare machines of a lab, each by itself, and what a killed drill leaves. */
const model = exampleModel();
const suffix = `cause-${process.pid}`;
const faults = drillFaults(model);
let lab: EdgeLab;
const children: ChildProcess[] = [];

beforeAll(async () => {
  lab = await startEdgeLab(model, suffix);
  for (const machine of ['lb1', 'lb2', 'web1', 'web2'])
    await lab.on(machine, 'systemctl', 'enable', '--now', '--quiet', 'nginx');
  const bytes = new TextEncoder().encode('vrrp_instance a {\n  interface eth0\n  virtual_router_id 9\n}\n');
  for (const machine of ['lb1', 'lb2']) {
    const file = { path: '/etc/keepalived/keepalived.conf', mode: 0o644, owner: 'root:root', bytes };
    await lab.machine(machine).write([file]);
    await lab.on(machine, 'systemctl', 'enable', '--now', '--quiet', 'keepalived');
  }
  // Stands for the agent, which needs an edge: what counts here is the unit.
  const standIn = new TextEncoder().encode(
    '[Service]\nExecStart=/usr/bin/sleep infinity\nRestart=always\n[Install]\nWantedBy=multi-user.target\n',
  );
  for (const machine of ['lb1', 'lb2', 'dns1', 'dns2']) {
    const file = { path: `/etc/systemd/system/${agentUnit}`, mode: 0o644, owner: 'root:root', bytes: standIn };
    await lab.machine(machine).write([file]);
    await lab.on(machine, 'systemctl', 'daemon-reload');
    await lab.on(machine, 'systemctl', 'enable', '--now', '--quiet', agentUnit);
  }
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await lab.close();
});

function named(name: string): DrillFault {
  const fault = faults.find((candidate) => candidate.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault;
}

const causer = () => {
  const names = ['lb1', 'lb2', 'dns1', 'dns2', 'web1', 'web2'];
  return labCauser({ model, lab: lab.name, hosts: new Map(names.map((name) => [name, lab.machine(name)])) });
};
const standing = async () => (await assertLabRunning(lab.name)).faults;
const reaches = async (from: string, address: string) =>
  (await lab.machine(from).run({ argv: ['ping', '-c', '1', '-W', '1', address] })).exitCode === 0;
const isActive = async (machine: string, service: string) =>
  (await lab.machine(machine).run({ argv: ['systemctl', 'is-active', service] })).exitCode === 0;

// Planned moves need an edge on the machines: planned-move.test.ts.
const breaking = faults.filter(({ cause }) => cause.every(({ kind }) => kind !== 'command'));

test.each(breaking.map((fault) => fault.name))('%s is caused and healed, and nothing stands', async (name) => {
  const { canCause, cause, heal } = causer();
  const fault = named(name);
  expect(await canCause(fault)).toEqual({ ok: true, value: undefined });
  const caused = await cause(fault);
  expect(caused.from).toBeLessThanOrEqual(caused.to);
  expect(await standing()).toHaveLength(fault.cause.length);
  const healed = await heal(fault);
  expect(healed.from).toBeGreaterThanOrEqual(caused.to);
  expect(await standing()).toEqual([]);
  // What is healed already takes no harm.
  await heal(fault);
  expect((await assertLabRunning(lab.name)).running).toBe(true);
});

describe('healing', () => {
  test('one of two faults leaves the other', async () => {
    const { cause, heal } = causer();
    await cause(named('partition:lb1>lb2'));
    await cause(named('nginx-dead:lb2'));
    await heal(named('partition:lb1>lb2'));
    expect(await standing()).toEqual([{ kind: 'kill', machine: 'lb2', service: 'nginx', processes: 'all' }]);
    await heal(named('nginx-dead:lb2'));
    expect(await isActive('lb2', 'nginx')).toBe(true);
  });

  test('a hung service that died meanwhile starts it', async () => {
    const { cause, heal } = causer();
    await cause(named('nginx-hung:lb1'));
    await cause(named('nginx-dead:lb1'));
    await eventually(
      () => isActive('lb1', 'nginx'),
      (active) => !active,
    );
    await heal(named('nginx-hung:lb1'));
    expect(await isActive('lb1', 'nginx')).toBe(true);
    expect(await causer().heal(named('nginx-dead:lb1'))).toBeDefined();
  });
});

test('a lost router answers nobody, the network goes on, and so does the operator', async () => {
  const { cause, heal } = causer();
  const gateway = model.networks[0]?.gateways[0]?.text ?? '';
  const web1 = model.webServers[0]?.addresses[0].text ?? '';
  expect(await reaches('lb1', gateway)).toBe(true);
  await cause(named('gateway-lost:lan'));
  expect([await reaches('lb1', gateway), await reaches('lb1', web1)]).toEqual([false, true]);
  expect(await lab.on('lb1', 'echo', 'here')).toBe('here\n');
  await heal(named('gateway-lost:lan'));
  expect(await reaches('lb1', gateway)).toBe(true);
});

test('what can not be caused is named with its reason', async () => {
  const { canCause } = causer();
  const both = pairFaults(named('balancer-off:lb1'), named('link-cut:lb1'));
  expect(await canCause(both)).toEqual({ ok: false, error: 'lb1 has no power by then' });
  const stranger: DrillFault = { ...both, cause: [{ kind: 'machine', host: '10.9.9.9', does: 'power-off' }] };
  expect(await canCause(stranger)).toEqual({ ok: false, error: '10.9.9.9 is no machine of the lab' });
  await causer().cause(named('balancer-off:lb1'));
  expect(await canCause(named('nginx-dead:lb1'))).toEqual({ ok: false, error: 'the machine lb1 of the lab is off' });
  await causer().heal(named('balancer-off:lb1'));
});

test('what does not run can not be broken: that would be measured as if it had been', async () => {
  const { canCause, cause, heal } = causer();
  await lab.on('web2', 'systemctl', 'stop', 'nginx');
  const refusal = 'nginx.service does not run on web2';
  expect(await canCause(named('backend-dead:web2'))).toEqual({ ok: false, error: refusal });
  await expect(cause(named('backend-dead:web2'))).rejects.toThrow(refusal);
  expect(await canCause(named('pool-dead:web'))).toEqual({ ok: false, error: refusal });
  await heal(named('backend-dead:web2'));
  expect(await isActive('web2', 'nginx')).toBe(true);
});

test.each(['nginx-dead:lb1', 'link-cut:lb1'])(
  '%s is healed also on a machine that went off meanwhile',
  async (name) => {
    const { cause, heal } = causer();
    await cause(named(name));
    await cause(named('balancer-off:lb1'));
    await heal(named(name));
    expect((await assertLabRunning(lab.name)).running).toBe(true);
    expect([await isActive('lb1', 'nginx'), await standing()]).toEqual([true, []]);
  },
);

test('what a killed drill left is healed by the next command, which says so', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-drill-'));
  const file = join(directory, 'edge.yaml');
  copyFileSync(exampleFile('devops.com'), file);
  const child = fileURLToPath(new URL('../kit/lab-drill-child.ts', import.meta.url));
  const drill = spawn(
    process.execPath,
    [child, join(directory, '.evenkeel', model.name), lab.name, 'partition:lb1=lb2'],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  children.push(drill);
  await once(drill.stdout, 'data');
  expect(await standing()).toHaveLength(1);
  const during = await evenkeel('drill', 'heal', '-f', file, '--suffix', suffix);
  expect([during.stdout.trim(), (await standing()).length]).toEqual(['no drill left anything to heal', 1]);
  drill.kill('SIGKILL');
  await once(drill, 'exit');
  const plan = await evenkeel('plan', '--lab', '-f', file, '--suffix', suffix);
  expect(plan.stderr).toContain('a drill that was killed left partition:lb1=lb2');
  expect(await standing()).toEqual([]);
  const after = await evenkeel('drill', 'heal', '-f', file, '--suffix', suffix);
  expect(after).toMatchObject({ exitCode: 0, stdout: 'no drill left anything to heal\n' });
  rmSync(directory, { recursive: true });
});
