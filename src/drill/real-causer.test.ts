import { afterEach, describe, expect, test, vi } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import type { DrillFault } from './drill-fault.ts';
import { drillFaults } from './drill-faults.ts';
import { realCauser } from './real-causer.ts';
import { timerArgv } from './real-steps.ts';

const model = exampleModel();

function named(name: string): DrillFault {
  const fault = drillFaults(model).find((candidate) => candidate.name === name);
  if (fault === undefined) throw new Error(`no fault ${name}`);
  return fault;
}

interface World {
  /** Commands that hold this fail; nothing fails without it. */
  readonly failing?: string;
  /** Called before each command. */
  readonly before?: (command: string) => void;
  /** What hosts say to a command that holds one of these. */
  readonly says?: Readonly<Record<string, string>>;
}

/** Hosts on which every command ends well, but for what is said of their world. */
function hosts({ failing, before, says = {} }: World = {}) {
  const names = ['lb1', 'lb2', 'web1', 'web2'];
  const made = new Map(
    names.map((name) => [
      name,
      memoryHost({
        name,
        respond: ({ argv }) => {
          const command = `${name} ${argv.join(' ')}`;
          before?.(command);
          const usual = argv[1] === 'is-active' ? 'active\n' : argv[0] === 'sshd' ? 'port 22\nport 2222\n' : '';
          const said = Object.entries(says).find(([words]) => command.includes(words))?.[1];
          const exitCode = failing !== undefined && command.includes(failing) ? 1 : 0;
          return { exitCode, stdout: said ?? usual, stderr: '' };
        },
      }),
    ]),
  );
  const commands = (name: string) =>
    made
      .get(name)
      ?.commands()
      .map((argv) => argv.join(' ')) ?? [];
  return { commands, causer: realCauser({ model, hosts: made, healAfterMs: 60_000 }) };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('a fault on real hosts', () => {
  test('is caused after the timer that heals it, and healed before the timer is taken away', async () => {
    const { commands, causer } = hosts();
    await causer.cause(named('nginx-dead:lb1'));
    const caused = commands('lb1');
    expect(caused.findIndex((line) => line.startsWith('systemd-run'))).toBeLessThan(
      caused.findIndex(
        (line) => line.startsWith('sh -c') && line.endsWith('kill -KILL $pids evenkeel-kill nginx.service'),
      ),
    );
    expect(caused.find((line) => line.startsWith('systemd-run'))).toMatch(
      /--on-active=60000ms .* -- systemctl start nginx.service$/,
    );
    await causer.heal(named('nginx-dead:lb1'));
    const healed = commands('lb1').slice(caused.length);
    expect(healed.at(-1)).toMatch(/^systemctl stop evenkeel-drill-heal-[0-9a-f]{8}-0\.timer$/);
    expect(healed).toContain('systemctl start nginx.service');
  });

  test('is not caused when no timer can be set', async () => {
    const { commands, causer } = hosts({ failing: 'systemd-run' });
    await expect(causer.cause(named('nginx-dead:lb1'))).rejects.toThrow('systemd-run ended with 1 on lb1');
    expect(commands('lb1').join('\n')).not.toContain('kill');
  });

  test('is not caused in a service that does not run: nothing would change', async () => {
    const { commands, causer } = hosts({ says: { 'web2 systemctl is-active': 'inactive\n' } });
    expect(await causer.canCause(named('pool-dead:web'))).toEqual({
      ok: false,
      error: 'nginx.service of web2 is inactive',
    });
    await expect(causer.cause(named('pool-dead:web'))).rejects.toThrow('nginx.service of web2 is inactive');
    expect([...commands('web1'), ...commands('web2')].join('\n')).not.toMatch(/systemctl stop nginx|--on-active/);
  });

  test('is not caused while one of another computer stands, on whichever host', async () => {
    const timer = 'evenkeel-drill-heal-0a1b2c3d-0.timer loaded active waiting heals it\n';
    const { causer } = hosts({ says: { 'web2 systemctl list-units': timer } });
    expect(await causer.canCause(named('nginx-dead:lb1'))).toEqual({
      ok: false,
      error: 'a drill has broken something on web2, which heals itself soon',
    });
  });

  test('is none when causing it took so long that its timers would heal it while it is measured', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const before = (command: string): void => {
      if (command.includes('systemctl stop nginx')) vi.setSystemTime(Date.now() + 100_000);
    };
    const { causer } = hosts({ before });
    expect(await causer.cause(named('backend-dead:web1'))).toBeDefined();
    await expect(causer.cause(named('pool-dead:web'))).rejects.toThrow('it took 200s to cause it');
  });

  test('is healed on every host that can be, and the timers stay when one can not', async () => {
    const { commands, causer } = hosts({ failing: 'web1 systemctl start' });
    await expect(causer.heal(named('pool-dead:web'))).rejects.toThrow('on web1');
    expect(commands('web2')).toContain('systemctl start nginx.service');
    expect(commands('web2').join('\n')).not.toContain('timer');
  });

  test('parts two hosts on the one that hears, and lets SSH through on every port it listens on', async () => {
    const { commands, causer } = hosts();
    expect(await causer.canCause(named('partition:lb1>lb2'))).toEqual({ ok: true, value: undefined });
    await causer.cause(named('partition:lb1>lb2'));
    expect(commands('lb1').filter((line) => line.startsWith('nft'))).toEqual([]);
    expect(commands('lb2').filter((line) => line.startsWith('nft'))).toEqual(['nft --check --file -', 'nft --file -']);
  });

  test('that no host can do is named before any host is asked', async () => {
    const { commands, causer } = hosts();
    const unmanaged = realCauser({
      model: { ...model, webServers: model.webServers.map((host) => ({ ...host, managed: false })) },
      hosts: new Map(),
      healAfterMs: 1,
    });
    expect(await unmanaged.canCause(named('backend-dead:web1'))).toEqual({
      ok: false,
      error: 'web1 is no host that evenkeel logs in to',
    });
    const sshd: DrillFault = {
      ...named('nginx-dead:lb1'),
      cause: [{ kind: 'service', host: 'lb1', service: 'sshd', does: 'stop' }],
    };
    expect(await causer.canCause(sshd)).toEqual({ ok: false, error: 'evenkeel comes to lb1 through sshd' });
    expect(commands('lb1')).toEqual([]);
  });
});

test('a timer runs words as they are: systemd would replace variables', () => {
  const timer = { unit: 'x', command: { host: 'lb1', argv: ['echo', '$HOME', 'a;b'] as const } };
  const argv = timerArgv(timer, { fault: 'mine', afterMs: 1500 });
  expect(argv.slice(argv.indexOf('--') + 1)).toEqual(['echo', '$$HOME', 'a;b']);
  expect(argv).toContain('--on-active=1500ms');
});
