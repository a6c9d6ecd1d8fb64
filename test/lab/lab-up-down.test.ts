import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Event, ignoreEvents } from '../../src/base/event.ts';
import { Fault } from '../../src/base/fault.ts';
import type { LabDefinition } from '../../src/lab/definition.ts';
import { labDown } from '../../src/lab/lab-down.ts';
import { labStatus, listLabs } from '../../src/lab/lab-status.ts';
import { labUp } from '../../src/lab/lab-up.ts';
import { sshArgv } from '../../src/lab/ssh-files.ts';
import { labTraces, plainMounts } from '../kit/lab-traces.ts';
import { inNamespace, onMachine, smallLab, smallMachine } from '../kit/small-lab.ts';

const name = `updown-${process.pid}`;
const other = `beside-${process.pid}`;
const two = [smallMachine('lb1', 'balancer', 21), smallMachine('client', 'client', 100)];
const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const child = fileURLToPath(new URL('../kit/lab-up-child.ts', import.meta.url));

/** Starts a controller of its own in its own session. */
function controller(definition: LabDefinition): ChildProcess {
  return spawn(node, [child, JSON.stringify(definition)], { stdio: ['ignore', 'pipe', 'inherit'] });
}

afterEach(async () => {
  await labDown(name, ignoreEvents);
  await labDown(other, ignoreEvents);
});

describe('a lab', () => {
  test('comes up, says what it is, and leaves nothing', async () => {
    const mounts = plainMounts();
    expect(labTraces(name)).toEqual([]);
    const events: Event[] = [];
    const status = await labUp(smallLab(name, two), (event) => events.push(event));

    expect(status).toMatchObject({ name, running: true, namespace: `ek-${name}`, faults: [] });
    expect(status.hosts.map((host) => [host.name, host.role, host.addresses, host.running])).toEqual([
      ['lb1', 'balancer', ['10.77.0.21', 'fd77::21'], true],
      ['client', 'client', ['10.77.0.100', 'fd77::100'], true],
    ]);
    expect(await labStatus(name)).toEqual(status);
    expect((await listLabs()).map((lab) => lab.name)).toContain(name);
    expect(events.filter((event) => event.code === 'warning')).toEqual([]);
    expect(events.at(-1)?.code).toBe('task-done');
    const kinds = new Set(labTraces(name).map((trace) => trace.split(' ')[0]));
    expect([...kinds].sort()).toEqual(['cgroup', 'file', 'mount', 'namespace', 'process']);

    await labDown(name, ignoreEvents);
    expect(labTraces(name)).toEqual([]);
    expect(plainMounts()).toEqual(mounts);
    expect(await labStatus(name)).toBeUndefined();
  });

  test('is a running Debian whose services wait for an apply', async () => {
    const status = await labUp(smallLab(name, two), ignoreEvents);
    const lb1 = (...command: string[]) => onMachine(name, 'lb1', { command });
    expect(lb1('systemctl', 'is-system-running').trim()).toBe('running');
    expect(lb1('hostname').trim()).toBe('lb1');
    for (const unit of ['nginx', 'keepalived', 'pdns']) {
      expect(() => lb1('systemctl', 'is-active', unit)).toThrow(/Command failed/);
      expect(() => lb1('systemctl', 'is-enabled', unit)).toThrow(/Command failed/);
    }
    // What the balancers' configuration needs of the kernel, from inside.
    lb1('sysctl', '--quiet', '--write', 'net.ipv4.ip_nonlocal_bind=1', 'net.ipv4.conf.all.arp_ignore=1');
    lb1('nft', 'add', 'table', 'inet', 'probe');
    lb1('systemctl', 'start', 'nginx');
    expect(inNamespace(status.namespace, ['curl', '--fail', '--silent', '--max-time', '5', 'http://10.77.0.21/'])).toBe(
      true,
    );
    expect(onMachine(name, 'client', { command: ['ping', '-c1', '-W5', 'fd77::21'] })).toContain('1 received');
    expect(inNamespace(`ek-${name}.client`, ['ip', 'address', 'show', 'to', '10.77.0.100/32'])).toBe(true);
  });

  test('lets in root, admin with sudo, guest without, and the user of the edge file', async () => {
    const lb1 = { ...smallMachine('lb1', 'balancer', 21), user: 'deploy' };
    await labUp(smallLab(name, [lb1]), ignoreEvents);
    const whoami = (user: string) => onMachine(name, 'lb1', { user, command: ['id', '-un'] }).trim();
    const sudo = (user: string) => onMachine(name, 'lb1', { user, command: ['sudo', '-n', 'id', '-un'] }).trim();
    expect(onMachine(name, 'lb1', { command: ['id', '-un'] }).trim()).toBe('root');
    expect([whoami('admin'), whoami('guest'), whoami('deploy')]).toEqual(['admin', 'guest', 'deploy']);
    expect([sudo('admin'), sudo('deploy')]).toEqual(['root', 'root']);
    expect(() => sudo('guest')).toThrow(/password is required/);
    expect(onMachine(name, 'lb1', { user: 'admin', command: ['printf', '%s', `a 'b' $c "d"`] })).toBe(`a 'b' $c "d"`);
  });

  test('has a client that asks the nameservers and keeps the order of their answers', async () => {
    await labUp(smallLab(name, two), ignoreEvents);
    expect(onMachine(name, 'client', { command: ['cat', '/etc/resolv.conf'] })).toBe(
      'search devops.com\nnameserver 10.77.0.11\nnameserver 10.77.0.12\noptions timeout:1 attempts:2 rotate\n',
    );
    // .101 shares more leading bits with the client's .100 than .10 does, so RFC 6724 rule 9 would put it first.
    const order = (machine: string) => {
      const lines = '10.77.0.10 site\n10.77.0.101 site\n';
      onMachine(name, machine, { command: ['sh', '-c', `printf '${lines}' >> /etc/hosts`] });
      const found = onMachine(name, machine, { command: ['getent', 'ahostsv4', 'site'] });
      return found.split('\n').flatMap((line) => (line.includes('STREAM') ? [line.split(' ')[0]] : []));
    };
    expect(order('client')).toEqual(['10.77.0.10', '10.77.0.101']);
    expect(onMachine(name, 'client', { command: ['arping', '-c1', '-I', 'eth0', '10.77.0.21'] })).toContain(
      '1 response',
    );
  });

  test('ends shared connections, proxies and whatever else ran in its namespaces', async () => {
    const { namespace } = await labUp(smallLab(name, two), ignoreEvents);
    const [ssh, ...args] = sshArgv(name, 'lb1', { command: ['true'] });
    const shared = ['-o', 'ControlMaster=yes', '-o', 'ControlPersist=60', '-o', `ControlPath=/tmp/${name}.%r`];
    expect(spawnSync(ssh, [...shared, ...args], { stdio: 'ignore' }).status).toBe(0);
    const stranger = spawn('ip', ['netns', 'exec', namespace, 'sleep', '600'], { stdio: 'ignore' });
    await once(stranger, 'spawn');
    const processes = labTraces(name).filter((trace) => trace.startsWith('process'));
    expect(processes.filter((trace) => trace.includes('[mux]'))).toHaveLength(1);
    const ended = once(stranger, 'exit');
    await labDown(name, ignoreEvents);
    await ended;
    // The master ends by itself when its proxy is gone.
    await vi.waitFor(() => expect(labTraces(name)).toEqual([]), 5_000);
  });

  test('is left alone by a second up, and refuses another definition', async () => {
    const first = await labUp(smallLab(name, two), ignoreEvents);
    // The same processes: nothing was started again.
    expect(await labUp(smallLab(name, two), ignoreEvents)).toEqual(first);
    const refusal = await labUp(smallLab(name, two.slice(0, 1)), ignoreEvents).catch((error: unknown) => error);
    expect(refusal instanceof Fault && refusal.code).toBe('lab-already-running');
    expect(await labStatus(name)).toEqual(first);
  });

  test('runs beside another one with the same addresses', async () => {
    await Promise.all([labUp(smallLab(name, two), ignoreEvents), labUp(smallLab(other, two), ignoreEvents)]);
    onMachine(name, 'lb1', { command: ['touch', '/here'] });
    expect(onMachine(name, 'lb1', { command: ['ls', '/'] })).toContain('here');
    expect(onMachine(other, 'lb1', { command: ['ls', '/'] })).not.toContain('here');
    await labDown(name, ignoreEvents);
    expect(onMachine(other, 'client', { command: ['ping', '-c1', '-W5', '10.77.0.21'] })).toContain('1 received');
    expect(labTraces(name)).toEqual([]);
    await labDown(other, ignoreEvents);
    expect(labTraces(other)).toEqual([]);
  });

  test('survives its controller, also one that is killed, and goes down without it', async () => {
    const process = controller(smallLab(name, two));
    await once(process, 'exit');
    expect((await labStatus(name))?.running).toBe(true);
    await labDown(name, ignoreEvents);
    expect(labTraces(name)).toEqual([]);
  });

  test.each([60, 150, 220, 300, 400, 550, 800])(
    'is removed after its controller was killed %i ms into up',
    async (ms) => {
      const process = controller(smallLab(name, two));
      const ended = once(process, 'exit');
      await once(process.stdout ?? process, 'data');
      await wait(ms);
      process.kill('SIGKILL');
      await ended;
      await labDown(name, ignoreEvents);
      expect(labTraces(name)).toEqual([]);
    },
  );

  test('comes up after a crash of the one before', async () => {
    const process = controller(smallLab(name, two));
    const ended = once(process, 'exit');
    await once(process.stdout ?? process, 'data');
    await wait(300);
    process.kill('SIGKILL');
    await ended;
    expect(await labStatus(name)).toBeUndefined();
    const notes: string[] = [];
    await labUp(smallLab(name, two), (event) => {
      if (event.code === 'note') notes.push(event.data.text);
    });
    expect(notes.join()).toContain('removing what is left');
    expect(onMachine(name, 'lb1', { command: ['systemctl', 'is-system-running'] }).trim()).toBe('running');
  });

  test('leaves nothing when Ctrl-C interrupts up', async () => {
    const process = controller(smallLab(name, two));
    const ended = once(process, 'exit');
    await once(process.stdout ?? process, 'data');
    await wait(250);
    process.kill('SIGINT');
    expect(await ended).toEqual([1, null]);
    expect(labTraces(name)).toEqual([]);
  });

  test('of Debian 12 comes up too', async () => {
    await labUp({ ...smallLab(name, two.slice(0, 1)), release: 'debian12' }, ignoreEvents);
    expect(onMachine(name, 'lb1', { command: ['cat', '/etc/debian_version'] })).toMatch(/^12\./);
    expect(onMachine(name, 'lb1', { command: ['systemctl', 'is-system-running'] }).trim()).toBe('running');
  });
});
