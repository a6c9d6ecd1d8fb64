import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DrillFault } from '../../src/drill/drill-fault.ts';
import { drillFaults } from '../../src/drill/drill-faults.ts';
import { realCauser } from '../../src/drill/real-causer.ts';
import { type EdgeLab, eventually, startEdgeLab } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';

/** Faults on hosts that are reached over SSH as real ones are: lab machines, but nothing here knows of the lab. */
const model = exampleModel();
const faults = drillFaults(model);
let lab: EdgeLab;

beforeAll(async () => {
  lab = await startEdgeLab(model, `real-${process.pid}`);
  for (const machine of ['lb1', 'web1', 'web2']) await lab.on(machine, 'systemctl', 'start', 'nginx');
  for (const machine of ['lb1', 'lb2']) {
    await lab
      .machine(machine)
      .write([{ path: '/etc/keepalived/keepalived.conf', mode: 0o644, owner: 'root:root', bytes: config }]);
    await lab.on(machine, 'systemctl', 'start', 'keepalived');
  }
});
afterAll(async () => {
  await lab.close();
});
const config = new TextEncoder().encode(
  'global_defs {\n}\nvrrp_instance a {\n  interface eth0\n  virtual_router_id 9\n}\n',
);

function named(name: string): DrillFault {
  const fault = faults.find((candidate) => candidate.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault;
}

function causer(healAfterMs = 300_000) {
  const names = ['lb1', 'lb2', 'web1', 'web2'];
  return realCauser({ model, hosts: new Map(names.map((name) => [name, lab.machine(name)])), healAfterMs });
}

async function isActive(machine: string, service: string): Promise<boolean> {
  const { stdout } = await lab.machine(machine).run({ argv: ['systemctl', 'is-active', service] });
  return stdout.trim() === 'active';
}

const timers = (machine: string) =>
  lab.on(machine, 'systemctl', 'list-units', '--plain', '--no-legend', 'evenkeel-drill-heal-*');
const hears = async (machine: string, other: string) =>
  (await lab.machine(machine).run({ argv: ['ping', '-c', '1', '-W', '1', other] })).exitCode === 0;
const answers = async (machine: string) =>
  (
    await lab
      .machine(machine)
      .run({ argv: ['curl', '--silent', '--max-time', '1', '--output', '/dev/null', 'http://127.0.0.1/'] })
  ).exitCode === 0;

describe('a fault on a host', () => {
  test.each([
    ['nginx-dead:lb1', 'lb1', 'nginx'],
    ['keepalived-dead:lb1', 'lb1', 'keepalived'],
    ['keepalived-killed:lb1', 'lb1', 'keepalived'],
    ['backend-dead:web1', 'web1', 'nginx'],
    ['pool-dead:web', 'web2', 'nginx'],
  ])('%s is caused, healed, and its timer taken away', async (name, machine, service) => {
    const { canCause, cause, heal } = causer();
    const fault = named(name);
    expect(await canCause(fault)).toEqual({ ok: true, value: undefined });
    const caused = await cause(fault);
    expect(caused.from).toBeLessThanOrEqual(caused.to);
    await eventually(
      () => isActive(machine, service),
      (active) => !active,
    );
    expect(await timers(machine)).toContain('.timer');
    await heal(fault);
    expect(await isActive(machine, service)).toBe(true);
    expect(await timers(machine)).toBe('');
    // What is healed already takes no harm.
    await heal(fault);
    expect(await isActive(machine, service)).toBe(true);
  });

  test('a kill is like a crash: what the unit does after its end is done', async () => {
    const { cause, heal } = causer();
    const hook = '[Service]\nExecStopPost=/usr/bin/touch /run/after-the-end\n';
    const path = '/etc/systemd/system/nginx.service.d/after.conf';
    await lab.machine('lb1').write([{ path, mode: 0o644, owner: 'root:root', bytes: new TextEncoder().encode(hook) }]);
    await lab.on('lb1', 'systemctl', 'daemon-reload');
    await cause(named('nginx-dead:lb1'));
    await eventually(
      async () => (await lab.machine('lb1').run({ argv: ['test', '-e', '/run/after-the-end'] })).exitCode,
      (exitCode) => exitCode === 0,
    );
    await heal(named('nginx-dead:lb1'));
    // A unit that does not run is no reason to kill anything else.
    await lab.on('lb1', 'systemctl', 'stop', 'nginx');
    await expect(cause(named('nginx-dead:lb1'))).rejects.toThrow('nginx.service of lb1 is inactive');
    await lab.on('lb1', 'systemctl', 'start', 'nginx');
  });

  test('nginx-hung:lb1 stands still until it is resumed; one that died meanwhile is started', async () => {
    const { cause, heal } = causer();
    const fault = named('nginx-hung:lb1');
    await cause(fault);
    expect([await isActive('lb1', 'nginx'), await answers('lb1')]).toEqual([true, false]);
    await heal(fault);
    expect(await answers('lb1')).toBe(true);
    await cause(fault);
    await lab.on('lb1', 'systemctl', 'kill', '--signal=KILL', '--kill-whom=all', 'nginx');
    await eventually(
      () => isActive('lb1', 'nginx'),
      (active) => !active,
    );
    await heal(fault);
    await eventually(
      () => answers('lb1'),
      (yes) => yes,
    );
  });

  test('partition:lb1>lb2 loses what lb1 sends, and never SSH', async () => {
    const { canCause, cause, heal } = causer();
    const fault = named('partition:lb1>lb2');
    expect(await canCause(fault)).toEqual({ ok: true, value: undefined });
    expect(await hears('lb2', model.balancers[0]?.addresses[0].text ?? '')).toBe(true);
    await cause(fault);
    expect(await lab.on('lb2', 'nft', 'list', 'ruleset')).toContain('evenkeel_drill');
    expect(await hears('lb2', model.balancers[0]?.addresses[0].text ?? '')).toBe(false);
    expect(await hears('lb2', model.webServers[0]?.addresses[0].text ?? '')).toBe(true);
    const banner = await lab.on('lb1', 'ssh-keyscan', '-T', '5', model.balancers[1]?.addresses[0].text ?? '');
    expect(banner).toContain('ssh-ed25519');
    await heal(fault);
    expect(await hears('lb2', model.balancers[0]?.addresses[0].text ?? '')).toBe(true);
    expect(await lab.on('lb2', 'nft', 'list', 'ruleset')).not.toContain('evenkeel_drill');
  });

  test('partition:lb1=lb2 loses both directions', async () => {
    const { cause, heal } = causer();
    const fault = named('partition:lb1=lb2');
    await cause(fault);
    for (const machine of ['lb1', 'lb2']) {
      expect(await lab.on(machine, 'nft', 'list', 'ruleset')).toContain('evenkeel_drill');
    }
    await heal(fault);
    for (const machine of ['lb1', 'lb2']) {
      expect(await lab.on(machine, 'nft', 'list', 'ruleset')).not.toContain('evenkeel_drill');
    }
  });

  test('is healed by the host itself when nobody else does', async () => {
    const { cause } = causer(10_000);
    await cause(named('nginx-dead:lb1'));
    await cause(named('partition:lb1>lb2'));
    expect(await lab.on('lb2', 'nft', 'list', 'ruleset')).toContain('evenkeel_drill');
    await eventually(
      () => isActive('lb1', 'nginx'),
      (active) => active,
    );
    await eventually(
      () => lab.on('lb2', 'nft', 'list', 'ruleset'),
      (rules) => !rules.includes('evenkeel_drill'),
    );
    await eventually(
      () => timers('lb2'),
      (list) => list === '',
    );
  });

  test('that a command causes is healed by a command, word by word', async () => {
    const { cause, heal } = causer();
    const odd = '/root/a $HOME %n;b';
    const fault: DrillFault = {
      name: 'odd',
      title: 'a file with an odd name',
      cause: [{ kind: 'command', host: 'lb1', argv: ['touch', odd] }],
      heal: [{ kind: 'command', host: 'lb1', argv: ['rm', '-f', odd] }],
      expect: { kind: 'given', longestGapMs: 0 },
    };
    await cause(fault);
    expect(await lab.on('lb1', 'ls', '/root')).toContain('a $HOME %n;b');
    await heal(fault);
    expect(await lab.on('lb1', 'ls', '/root')).not.toContain('HOME');
    await causer(5_000).cause(fault);
    await eventually(
      () => lab.on('lb1', 'ls', '/root'),
      (list) => !list.includes('HOME'),
    );
    await expect(cause({ ...fault, cause: [{ kind: 'command', host: 'lb1', argv: ['false'] }] })).rejects.toThrow(
      'ended with 1',
    );
    await heal(fault);
  });

  test('that can not be caused is named with its reason', async () => {
    const { canCause } = causer();
    const reason = async (name: string) => {
      const answer = await canCause(named(name));
      return answer.ok ? 'possible' : answer.error;
    };
    expect(await reason('balancer-off:lb1')).toBe('only a lab can cut the power of lb1');
    expect(await reason('link-cut:lb1')).toBe('only a lab can pull the cable of lb1');
    expect(await reason('gateway-lost:lan')).toBe('only a lab can take away the router of lan');
    expect(await reason('nginx-dead:lb2')).toBe('nginx.service of lb2 is inactive');
  });
});
