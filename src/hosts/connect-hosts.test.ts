import { describe, expect, test } from 'vitest';
import { Fault } from '../base/fault.ts';
import { closeHosts, connectHosts, HostsUnreachable, tryHosts } from './connect-hosts.ts';
import { memoryHost, type MemoryHost } from './memory-host.ts';

const healthy = (name: string): MemoryHost =>
  memoryHost({ name, respond: () => ({ exitCode: 0, stdout: '', stderr: '' }) });
const dead = (name: string): MemoryHost => memoryHost({ name, crash: { at: 1, moment: 'before' } });
const sudoless = (name: string): MemoryHost =>
  memoryHost({
    name,
    respond: () => {
      throw new Fault({ code: 'sudo-refused', message: `sudo on ${name} refused ops`, host: name, next: 'visudo' });
    },
  });

describe('connectHosts', () => {
  test('asks every host for root, once', async () => {
    const hosts = ['lb1', 'lb2', 'ns1'].map(healthy);
    await connectHosts(hosts);
    expect(hosts.map((host) => host.operations)).toEqual(
      hosts.map(() => [{ kind: 'run', command: { argv: ['true'], as: 'root' } }]),
    );
    await closeHosts(hosts);
    await expect(hosts[0]?.read(['/a'])).rejects.toThrow('close()');
  });

  test('names all hosts that refuse, each with its cause, and lets go of the others', async () => {
    const hosts = [healthy('lb1'), dead('lb2'), healthy('ns1'), sudoless('web1')];
    const failure = await connectHosts(hosts).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(HostsUnreachable);
    expect(failure).toBeInstanceOf(Fault);
    expect(failure).toMatchObject({
      faults: [{ code: 'host-unreachable' }, { code: 'sudo-refused' }],
      details: {
        code: 'host-unreachable',
        message: "2 of 4 hosts can't be used: lb2, web1",
        said: 'lb2: the connection to lb2 was lost\nweb1: sudo on web1 refused ops -> visudo',
      },
    });
    await expect(hosts[0]?.read(['/a'])).rejects.toThrow('close()');
  });

  test('one cause shared by all is the cause of the whole; one host is named', async () => {
    await expect(connectHosts([sudoless('lb1'), sudoless('lb2')])).rejects.toMatchObject({
      details: { code: 'sudo-refused' },
    });
    await expect(connectHosts([healthy('lb1'), sudoless('lb2')])).rejects.toMatchObject({
      details: {
        code: 'sudo-refused',
        host: 'lb2',
        message: 'sudo on lb2 refused ops',
        state: 'nothing was changed',
        next: 'visudo',
      },
    });
  });

  test('a bug is no refusal', async () => {
    const broken = memoryHost({
      name: 'lb1',
      respond: () => {
        throw new TypeError('a bug');
      },
    });
    await expect(connectHosts([broken])).rejects.toThrow(TypeError);
  });
});

describe('tryHosts', () => {
  test('answers for each host in the order given, and keeps all open', async () => {
    const hosts = [dead('lb1'), healthy('lb2')];
    const openings = await tryHosts(hosts);
    expect(openings.map(({ kind, host }) => [host.name, kind])).toEqual([
      ['lb1', 'refused'],
      ['lb2', 'opened'],
    ]);
    expect((await hosts[1]?.run({ argv: ['true'] }))?.exitCode).toBe(0);
  });

  test('at most sixteen at the same time', async () => {
    let inside = 0;
    let most = 0;
    const slow = Array.from({ length: 40 }, (_, index) =>
      memoryHost({
        name: `h${index}`,
        respond: async () => {
          inside += 1;
          most = Math.max(most, inside);
          await new Promise((resolve) => setImmediate(resolve));
          inside -= 1;
          return { exitCode: 0, stdout: '', stderr: '' };
        },
      }),
    );
    await connectHosts(slow);
    expect(most).toBe(16);
  });
});
