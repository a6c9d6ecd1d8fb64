import { describe, expect, test } from 'vitest';
import { applyTo, bareMachines, planOf } from '../../test/kit/simulated-edge.ts';
import type { Machines } from '../../test/kit/simulated-edge.ts';
import { configurationOf, put, textOf } from '../../test/kit/simulated-machine.ts';
import type { SimulatedMachine } from '../../test/kit/simulated-machine.ts';
import { desiredHosts, file } from '../../test/kit/small-edge.ts';
import type { Event } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { parseManifest } from '../facts/manifest.ts';
import type { Manifest } from '../facts/host-facts.ts';
import { isEmptyPlan } from '../plan/plan.ts';
import type { DesiredHost } from '../render/desired-file.ts';

const names = ['lb1', 'lb2', 'dns1', 'dns2', 'web1', 'web2'];

function edge(version: string, only: readonly string[] = names): readonly DesiredHost[] {
  return desiredHosts(version).filter((host) => only.includes(host.host));
}

function machineOf(machines: Machines, name: string): SimulatedMachine {
  const machine = machines.get(name);
  if (machine === undefined) throw new Error(`no ${name}`);
  return machine;
}

function manifestOf(machine: SimulatedMachine): Manifest | undefined {
  const read = parseManifest(textOf(machine.files.get('/var/lib/evenkeel/manifest.json')));
  if (!read.ok) throw new Error(read.error);
  return read.value;
}

/** All files but evenkeel's own records, as text. */
function disk(machine: SimulatedMachine): Readonly<Record<string, string>> {
  const paths = [...machine.files.keys()].filter((path) => !/^\/(var\/lib\/evenkeel\/(?!zones)|run\/)/.test(path));
  return Object.fromEntries(paths.sort().map((path) => [path, textOf(machine.files.get(path))]));
}

function states(machine: SimulatedMachine): readonly string[] {
  return [...machine.units].map(
    ([name, unit]) => `${name} ${unit.active ? 'active' : 'inactive'} ${unit.enabled ? 'enabled' : 'disabled'}`,
  );
}

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Fault) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('an apply', () => {
  test('brings up bare machines, and a plan right after it is empty', async () => {
    const machines = bareMachines(names);
    const end = await applyTo({ machines, desired: edge('v1') });
    expect(end).toEqual({ kind: 'done', changed: ['web1', 'web2', 'dns2', 'dns1', 'lb1', 'lb2'] });
    const plan = await planOf(machines, edge('v1'));
    expect(isEmptyPlan(plan)).toBe(true);
    for (const machine of machines.values()) {
      expect(manifestOf(machine)).toMatchObject({ edge: 'devops', generation: plan.generation, unfinished: undefined });
      for (const [unit, state] of machine.units) {
        expect(state).toEqual({ enabled: true, active: true, running: configurationOf(machine.files, unit) });
      }
      expect([...machine.files.keys()].filter((path) => /staging|apply\.lock/.test(path))).toEqual([]);
    }
    expect(machineOf(machines, 'dns1').zones.get('devops.com')).toContain('SOA');
  });

  test('a change reloads what runs and touches nothing else', async () => {
    const machines = bareMachines(names);
    await applyTo({ machines, desired: edge('v1') });
    const commands: string[] = [];
    for (const machine of machines.values()) {
      machine.refuse.command = ({ argv }) => {
        if (argv[0] === 'systemctl' && argv[1] !== 'show') commands.push(`${machine.name} ${argv.slice(1).join(' ')}`);
        return undefined;
      };
    }
    await applyTo({ machines, desired: edge('v2') });
    expect(commands).toEqual([
      ...['dns2', 'dns1'].flatMap((name) => [`${name} reset-failed pdns.service`, `${name} restart pdns.service`]),
      ...['lb1', 'lb2'].flatMap((name) => [
        `${name} reload evenkeel-firewall.service`,
        `${name} reload keepalived.service`,
      ]),
    ]);
    expect(isEmptyPlan(await planOf(machines, edge('v2')))).toBe(true);
    expect(machineOf(machines, 'lb1').units.get('nginx.service')?.running).toContain('nginx v2');
  });

  test('hosts without a change learn the generation too', async () => {
    const machines = bareMachines(['web1', 'web2']);
    await applyTo({ machines, desired: edge('v1', ['web1', 'web2']) });
    const mixed = [...edge('v2', ['web1']), ...edge('v1', ['web2'])];
    const end = await applyTo({ machines, desired: mixed });
    expect(end).toEqual({ kind: 'done', changed: ['web1'] });
    const generations = [...machines.values()].map((machine) => manifestOf(machine)?.generation);
    expect(new Set(generations).size).toBe(1);
  });

  test('what was there before is kept, and returns when evenkeel no longer needs the place', async () => {
    const machines = bareMachines(['web1']);
    const web1 = machineOf(machines, 'web1');
    put(web1, '/etc/nginx/nginx.conf', 'mine\n');
    await applyTo({ machines, desired: edge('v1', ['web1']) });
    expect(textOf(web1.files.get('/etc/nginx/nginx.conf'))).toBe('# web v1\n');
    expect(web1.files.get('/var/lib/evenkeel/generations/0/files/etc/nginx/nginx.conf')).toMatchObject({ mode: 0o600 });
    const other = file('web1', { path: '/etc/nginx/other.conf', text: 'x\n', activates: 'nginx' });
    const moved = edge('v1', ['web1']).map((host) => ({ ...host, files: [other] }));
    await applyTo({ machines, desired: moved });
    expect(disk(web1)).toEqual({ '/etc/nginx/nginx.conf': 'mine\n', '/etc/nginx/other.conf': 'x\n' });
    expect(manifestOf(web1)?.originals).toEqual([]);
    await applyTo({ machines, desired: edge('v1', ['web1']) });
    expect(disk(web1)).toEqual({ '/etc/nginx/nginx.conf': '# web v1\n' });
    expect(isEmptyPlan(await planOf(machines, edge('v1', ['web1'])))).toBe(true);
  });
});

describe('what is refused before anything changes', () => {
  test('a daemon refuses its file: its words, and not one byte changed on any host', async () => {
    const machines = bareMachines(names);
    await applyTo({ machines, desired: edge('v1') });
    const before = [...machines.values()].map(disk);
    const broken = edge('v2').map((host) =>
      host.host === 'lb2'
        ? {
            ...host,
            files: host.files.map((one) =>
              one.path === '/etc/nginx/nginx.conf'
                ? file('lb2', { path: one.path, text: 'BROKEN on;\n', activates: 'nginx' })
                : one,
            ),
          }
        : host,
    );
    const fault = await faultOf(applyTo({ machines, desired: broken }));
    expect(fault.code).toBe('config-refused');
    expect(fault.details.said).toContain('unknown directive "BROKEN" in /etc/nginx/nginx.conf:1');
    expect([...machines.values()].map(disk)).toEqual(before);
    expect(isEmptyPlan(await planOf(machines, edge('v1')))).toBe(true);
  });

  test("a package that can't be installed: apt's words, and no daemon started", async () => {
    const machines = bareMachines(['web1', 'web2']);
    machineOf(machines, 'web2').refuse.command = ({ argv }) =>
      argv.includes('nginx') && argv[0] === 'sh'
        ? { exitCode: 100, stdout: 'Reading package lists...\nE: Unable to locate package nginx\n', stderr: '' }
        : undefined;
    const fault = await faultOf(applyTo({ machines, desired: edge('v1', ['web1', 'web2']) }));
    expect(fault.details).toMatchObject({
      code: 'package-unavailable',
      host: 'web2',
      said: 'E: Unable to locate package nginx',
    });
    expect([...machines.values()].flatMap(states)).toEqual(['nginx.service inactive enabled']);
  });

  test('two applies at once: the second is told who holds the hosts, and the first goes on', async () => {
    const machines = bareMachines(['web1', 'web2']);
    let second: Promise<Fault> | undefined;
    const first = applyTo({
      machines,
      desired: edge('v1', ['web1', 'web2']),
      verifier: {
        verify: async () => {
          second ??= faultOf(applyTo({ machines, desired: edge('v2', ['web1', 'web2']), token: 'second' }));
          await second;
          return [];
        },
      },
    });
    expect(await first).toMatchObject({ kind: 'done' });
    const fault = await second;
    expect(fault?.code).toBe('apply-locked');
    expect(fault?.message).toContain('ada on laptop (process 42');
    expect(isEmptyPlan(await planOf(machines, edge('v1', ['web1', 'web2'])))).toBe(true);
  });

  test('a file that changed after the plan was made', async () => {
    const machines = bareMachines(['web1']);
    await applyTo({ machines, desired: edge('v1', ['web1']) });
    const web1 = machineOf(machines, 'web1');
    web1.refuse.command = ({ argv }) => {
      // Somebody edits while the daemons are asked.
      if (argv[0] === 'unshare') put(web1, '/etc/nginx/nginx.conf', 'edited\n');
      return undefined;
    };
    const fault = await faultOf(applyTo({ machines, desired: edge('v2', ['web1']) }));
    expect(fault.code).toBe('plan-outdated');
    expect(textOf(web1.files.get('/etc/nginx/nginx.conf'))).toBe('edited\n');
  });

  test('a refusal of the plan is thrown with its next step', async () => {
    const machines = bareMachines(['web1']);
    const web1 = machineOf(machines, 'web1');
    web1.files.set('/etc/nginx/nginx.conf', { kind: 'symlink', path: '/etc/nginx/nginx.conf', target: '/x' });
    const fault = await faultOf(applyTo({ machines, desired: edge('v1', ['web1']) }));
    expect(fault.details).toMatchObject({
      code: 'file-in-the-way',
      host: 'web1',
      state: 'nothing was changed on any host',
    });
  });
});

describe('what fails while a host is changed is undone', () => {
  test('a daemon that will not run: old files, old daemons, and the hosts after it untouched', async () => {
    const machines = bareMachines(names);
    await applyTo({ machines, desired: edge('v1') });
    const before = new Map([...machines].map(([name, machine]) => [name, disk(machine)]));
    const events: Event[] = [];
    const crashing = edge('v2').map((host) =>
      host.host === 'lb1'
        ? {
            ...host,
            files: host.files.map((one) =>
              one.path === '/etc/nginx/nginx.conf'
                ? file('lb1', { path: one.path, text: 'CRASHES\n', activates: 'nginx' })
                : one,
            ),
          }
        : host,
    );
    const end = await applyTo({ machines, desired: crashing, emit: (event) => events.push(event) });
    expect(end).toMatchObject({ kind: 'undone', host: 'lb1', changed: ['web1', 'web2', 'dns2', 'dns1'] });
    if (end.kind === 'done') return;
    expect(end.fault.details.said).toContain('nginx.service would not run');
    expect(end.fault.details.state).toContain('back on lb1');
    for (const name of ['lb1', 'lb2']) {
      const machine = machineOf(machines, name);
      expect(disk(machine)).toEqual(before.get(name));
      for (const [unit, state] of machine.units) {
        expect(state).toEqual({ enabled: true, active: true, running: configurationOf(machine.files, unit) });
      }
    }
    expect(events.map((event) => event.code)).toContain('step-undone');
    const rest = await planOf(machines, edge('v2'));
    expect(rest.hosts.filter((host) => host.changes.length > 0).map((host) => host.host)).toEqual(['lb1', 'lb2']);
  });

  test('what comes by itself is waited for, and then said: a balancer that settles for longer is no failure', async () => {
    const machines = bareMachines(['lb1']);
    let looks = 0;
    const verifier = {
      verify: () => {
        looks += 1;
        return Promise.resolve([{ kind: 'pending', text: 'vip1 is on lb2, not yet on lb1' } as const]);
      },
    };
    expect(await applyTo({ machines, desired: edge('v1', ['lb1']), verifier, verifyMs: 10 })).toMatchObject({
      kind: 'done',
    });
    expect(looks).toBeGreaterThan(2);
    expect(isEmptyPlan(await planOf(machines, edge('v1', ['lb1'])))).toBe(true);
  });

  test('a first apply that fails leaves daemons off and Debian files as they were', async () => {
    const machines = bareMachines(['lb1']);
    const verifier = { verify: () => Promise.resolve([{ kind: 'problem', text: 'nobody holds vip1' } as const]) };
    const end = await applyTo({ machines, desired: edge('v1', ['lb1']), verifier, verifyMs: 10 });
    expect(end).toMatchObject({ kind: 'undone', fault: { details: { code: 'verify-failed' } } });
    const lb1 = machineOf(machines, 'lb1');
    expect(disk(lb1)).toEqual({ '/etc/nginx/nginx.conf': "# Debian's\n" });
    expect([...lb1.units.values()].some((unit) => unit.active)).toBe(false);
    expect(manifestOf(lb1)).toBeUndefined();
    expect(await applyTo({ machines, desired: edge('v1', ['lb1']) })).toMatchObject({ kind: 'done' });
    expect(isEmptyPlan(await planOf(machines, edge('v1', ['lb1'])))).toBe(true);
  });

  test('a way back that fails is told apart, with both reasons', async () => {
    const machines = bareMachines(['web1']);
    await applyTo({ machines, desired: edge('v1', ['web1']) });
    const web1 = machineOf(machines, 'web1');
    web1.refuse.command = ({ argv }) =>
      argv.some((word) => word.includes('systemctl reload nginx'))
        ? { exitCode: 1, stdout: '', stderr: 'no way' }
        : undefined;
    const end = await applyTo({ machines, desired: edge('v2', ['web1']) });
    expect(end).toMatchObject({ kind: 'undo-failed', host: 'web1', fault: { details: { code: 'undo-failed' } } });
    web1.refuse.command = () => undefined;
    expect(await applyTo({ machines, desired: edge('v2', ['web1']) })).toMatchObject({ kind: 'done' });
    expect(isEmptyPlan(await planOf(machines, edge('v2', ['web1'])))).toBe(true);
  });

  test('a full disk: nothing could be written, so nothing has to be, and the host is as it was', async () => {
    const machines = bareMachines(['web1']);
    await applyTo({ machines, desired: edge('v1', ['web1']) });
    const web1 = machineOf(machines, 'web1');
    const before = disk(web1);
    const fullDisk: SimulatedMachine = {
      ...web1,
      connect: () => {
        const host = web1.connect();
        const refuse = (): Promise<void> =>
          Promise.reject(new Fault({ code: 'disk-full', message: 'the disk of web1 is full', host: 'web1' }));
        return {
          ...host,
          write: (files) => (files.some((one) => one.path.startsWith('/etc/')) ? refuse() : host.write(files)),
        };
      },
    };
    const end = await applyTo({ machines: new Map([['web1', fullDisk]]), desired: edge('v2', ['web1']) });
    expect(end).toMatchObject({ kind: 'undone', fault: { details: { code: 'disk-full' } } });
    expect(disk(web1)).toEqual(before);
    expect(isEmptyPlan(await planOf(machines, edge('v1', ['web1'])))).toBe(true);
    expect(await applyTo({ machines, desired: edge('v2', ['web1']) })).toMatchObject({ kind: 'done' });
  });

  test('Ctrl-C in the middle of a host returns it to what it was', async () => {
    const machines = bareMachines(['lb1', 'lb2']);
    await applyTo({ machines, desired: edge('v1', ['lb1', 'lb2']) });
    const before = disk(machineOf(machines, 'lb1'));
    const interrupt = new AbortController();
    const end = await applyTo({
      machines,
      desired: edge('v2', ['lb1', 'lb2']),
      signal: interrupt.signal,
      emit: (event) => {
        if (event.code === 'step-done' && event.data.step === 'activate') interrupt.abort();
      },
    });
    expect(end).toMatchObject({
      kind: 'undone',
      host: 'lb1',
      changed: [],
      fault: { details: { code: 'interrupted' } },
    });
    for (const name of ['lb1', 'lb2']) {
      const machine = machineOf(machines, name);
      for (const [unit, state] of machine.units) expect(state.running).toBe(configurationOf(machine.files, unit));
    }
    expect(disk(machineOf(machines, 'lb1'))).toEqual(before);
  });

  test('Ctrl-C before the first host changes nothing', async () => {
    const machines = bareMachines(['web1']);
    await applyTo({ machines, desired: edge('v1', ['web1']) });
    const fault = await faultOf(applyTo({ machines, desired: edge('v2', ['web1']), signal: AbortSignal.abort() }));
    expect(fault.code).toBe('interrupted');
    expect(isEmptyPlan(await planOf(machines, edge('v1', ['web1'])))).toBe(true);
  });
});
