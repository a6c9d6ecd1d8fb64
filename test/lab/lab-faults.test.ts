import { spawnSync } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { Fault } from '../../src/base/fault.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { insideArgv, leaderOf } from '../../src/lab/inside.ts';
import { labDown } from '../../src/lab/lab-down.ts';
import { assertLabRunning } from '../../src/lab/lab-status.ts';
import { labUp } from '../../src/lab/lab-up.ts';
import { hardwareAddress } from '../../src/lab/link-commands.ts';
import { labTraces } from '../kit/lab-traces.ts';
import { inNamespace, onMachine, smallLab, smallMachine } from '../kit/small-lab.ts';

const name = `faults-${process.pid}`;
const lab = smallLab(name, [
  smallMachine('lb1', 'balancer', 21),
  smallMachine('lb2', 'balancer', 22),
  smallMachine('client', 'client', 100),
]);

beforeAll(async () => {
  await labUp(lab, ignoreEvents);
  for (const machine of ['lb1', 'lb2']) {
    onMachine(name, machine, { command: ['systemctl', 'enable', '--now', '--quiet', 'nginx'] });
  }
});
afterEach(async () => {
  await labHeal(name, ignoreEvents);
  await until(async () => (await assertLabRunning(name)).faults.length === 0);
  await until(() => serves('client', 'lb1') && serves('client', 'lb2'));
});
afterAll(async () => {
  await labDown(name, ignoreEvents);
});

const addresses: Readonly<Record<string, string>> = { lb1: '10.77.0.21', lb2: '10.77.0.22', client: '10.77.0.100' };

/** Asks a machine's nginx from another machine's network namespace; on this computer, so that sshd plays no part. */
function serves(from: string, to: string): boolean {
  const url = `http://${addresses[to] ?? ''}/`;
  return inNamespace(`ek-${name}.${from}`, [
    'curl',
    '--fail',
    '--silent',
    '--max-time',
    '1',
    '--output',
    '/dev/null',
    url,
  ]);
}

async function inside(machine: string, ...command: [string, ...string[]]): Promise<string> {
  const [file, ...args] = insideArgv(await leaderOf(name, machine), command);
  return spawnSync(file, args, { encoding: 'utf8' }).stdout.trim();
}

/** Waits for something to become true; fails after 20 s. */
async function until(check: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!(await check())) {
    if (performance.now() > deadline) throw new Error('it did not become true within 20 s');
    await wait(50);
  }
}

describe('a fault in a running lab', () => {
  test('kills the main process of a service, and heal starts it', async () => {
    const pid = await inside('lb1', 'systemctl', 'show', '--property=MainPID', '--value', 'nginx');
    const moment = await labFault(name, { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'main' });
    expect(moment.after).toBeGreaterThanOrEqual(moment.before);
    await until(async () => (await inside('lb1', 'systemctl', 'is-active', 'nginx')) !== 'active');
    expect(await inside('lb1', 'systemctl', 'show', '--property=ExecMainStatus', '--value', 'nginx')).toBe('9');
    expect((await assertLabRunning(name)).faults).toEqual([
      { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'main' },
    ]);
    await labHeal(name, ignoreEvents);
    expect(await inside('lb1', 'systemctl', 'show', '--property=MainPID', '--value', 'nginx')).not.toBe(pid);
    expect(serves('client', 'lb1')).toBe(true);
  });

  test('kills all processes of a service', async () => {
    await labFault(name, { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'all' });
    await until(async () => (await inside('lb1', 'pgrep', 'nginx')) === '');
    expect(serves('client', 'lb1')).toBe(false);
    expect(serves('client', 'lb2')).toBe(true);
  });

  test('hangs a service, which keeps its socket and answers nothing, until it is resumed', async () => {
    await labFault(name, { kind: 'hang', machine: 'lb1', service: 'nginx' });
    expect(serves('client', 'lb1')).toBe(false);
    expect(await inside('lb1', 'systemctl', 'is-active', 'nginx')).toBe('active');
    expect(await inside('lb1', 'ss', '--no-header', '-ltn', 'sport = :80')).toContain('LISTEN');
    await labFault(name, { kind: 'resume', machine: 'lb1', service: 'nginx' });
    await until(() => serves('client', 'lb1'));
    expect((await assertLabRunning(name)).faults).toEqual([]);
  });

  test('hangs even sshd, and heal wakes it', async () => {
    await labFault(name, { kind: 'hang', machine: 'lb1', service: 'sshd' });
    expect(serves('client', 'lb1')).toBe(true);
    await labHeal(name, ignoreEvents);
    expect(onMachine(name, 'lb1', { command: ['true'] })).toBe('');
  });

  test('stops and starts a service', async () => {
    await labFault(name, { kind: 'stop', machine: 'lb1', service: 'nginx' });
    expect(await inside('lb1', 'systemctl', 'is-active', 'nginx')).toBe('inactive');
    await labFault(name, { kind: 'start', machine: 'lb1', service: 'nginx' });
    expect(await inside('lb1', 'systemctl', 'is-active', 'nginx')).toBe('active');
    expect((await assertLabRunning(name)).faults).toEqual([]);
  });

  test('cuts the power: nothing of the machine is left but its disk, and heal boots it again', async () => {
    onMachine(name, 'lb1', { command: ['sh', '-c', 'touch /var/kept /run/lost; ip addr add 10.77.0.200/24 dev eth0'] });
    await labFault(name, { kind: 'power-off', machine: 'lb1' });
    expect(serves('client', 'lb1')).toBe(false);
    const status = await assertLabRunning(name);
    expect(status.running).toBe(false);
    expect(status.hosts[0]).toMatchObject({ name: 'lb1', running: false, pid: null });
    expect(labTraces(`${name}.lb1`)).toEqual([]);
    expect(() => onMachine(name, 'lb1', { command: ['true'] })).toThrow(/Command failed/);
    const refusal = await labFault(name, { kind: 'stop', machine: 'lb1', service: 'nginx' }).catch(
      (error: unknown) => error,
    );
    expect(refusal instanceof Fault && refusal.code).toBe('lab-not-running');

    await labHeal(name, ignoreEvents);
    expect(onMachine(name, 'lb1', { command: ['ls', '/var', '/run'] })).toContain('kept');
    expect(onMachine(name, 'lb1', { command: ['ls', '/run'] })).not.toContain('lost');
    expect(onMachine(name, 'lb1', { command: ['ip', 'addr'] })).not.toContain('10.77.0.200');
    expect(serves('client', 'lb1')).toBe(true);
  });

  test('is over for a machine that up starts again', async () => {
    await labFault(name, { kind: 'power-off', machine: 'lb2' });
    const status = await labUp(lab, ignoreEvents);
    expect([status.running, status.faults]).toEqual([true, []]);
  });

  test('pulls the cable, which the machine sees, and plugs it in', async () => {
    await labFault(name, { kind: 'link-down', machine: 'lb1' });
    await until(async () => (await inside('lb1', 'cat', '/sys/class/net/eth0/carrier')) === '0');
    expect(serves('client', 'lb1')).toBe(false);
    await labFault(name, { kind: 'link-up', machine: 'lb1' });
    await until(() => serves('client', 'lb1'));
    expect((await assertLabRunning(name)).faults).toEqual([]);
  });

  test('separates two machines in one direction only', async () => {
    // Neighbours that need no ARP, whose answers would be lost as well.
    for (const [machine, peer] of [
      ['client', 'lb1'],
      ['lb1', 'client'],
    ] as const) {
      const mac = hardwareAddress(`ek-${name}.${peer}`, 'eth0');
      const neighbour = [addresses[peer] ?? '', 'lladdr', mac, 'dev', 'eth0', 'nud', 'permanent'];
      await inside(machine, 'ip', 'neighbour', 'replace', ...neighbour);
    }
    const echoes = async (machine: string) =>
      inside(machine, 'nstat', '--noupdate', '--zeros', '--ignore', 'IcmpInEchos');
    const ping = async (from: string, to: string) =>
      inside(from, 'ping', '-q', '-c', '2', '-i', '0.2', '-W', '1', addresses[to] ?? '');
    await labFault(name, { kind: 'partition', from: 'client', to: 'lb1', direction: 'one-way' });
    const before = { client: await echoes('client'), lb1: await echoes('lb1') };
    // lb1's questions arrive, the answers don't.
    expect(await ping('lb1', 'client')).toContain(' 0 received');
    expect(await echoes('client')).not.toBe(before.client);
    // The client's questions don't even arrive.
    expect(await ping('client', 'lb1')).toContain(' 0 received');
    expect(await echoes('lb1')).toBe(before.lb1);
    expect(serves('client', 'lb2')).toBe(true);
    expect(serves('lb2', 'lb1')).toBe(true);
  });

  test('separates two machines in both directions, and two partitions stand side by side', async () => {
    await labFault(name, { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' });
    await labFault(name, { kind: 'partition', from: 'client', to: 'lb2', direction: 'two-way' });
    expect([serves('lb1', 'lb2'), serves('lb2', 'lb1'), serves('client', 'lb2')]).toEqual([false, false, false]);
    expect(serves('client', 'lb1')).toBe(true);
    expect(onMachine(name, 'lb2', { command: ['echo', 'reached'] })).toBe('reached\n');
    await labHeal(name, ignoreEvents);
    expect([serves('lb1', 'lb2'), serves('lb2', 'lb1')]).toEqual([true, true]);
  });

  test('is refused for what is not there, and nothing is written down', async () => {
    const refusals = await Promise.all([
      labFault(name, { kind: 'link-down', machine: 'lb9' }).catch((error: unknown) => error),
      labFault(name, { kind: 'hang', machine: 'lb1', service: 'pdns' }).catch((error: unknown) => error),
      labFault('no-such-lab', { kind: 'link-down', machine: 'lb1' }).catch((error: unknown) => error),
    ]);
    const codes = refusals.map((error) => (error instanceof Fault ? error.code : error));
    expect(codes).toEqual(['not-found', 'not-found', 'lab-not-running']);
    expect((await assertLabRunning(name)).faults).toEqual([]);
  });

  test('leaves nothing when the lab goes down in the middle of all of them', async () => {
    const down = `${name}-x`;
    await labUp({ ...lab, name: down }, ignoreEvents);
    await labFault(down, { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' });
    await labFault(down, { kind: 'hang', machine: 'lb1', service: 'sshd' });
    await labFault(down, { kind: 'link-down', machine: 'lb2' });
    await labFault(down, { kind: 'power-off', machine: 'client' });
    await labDown(down, ignoreEvents);
    expect(labTraces(down)).toEqual([]);
  });
});
