import { describe, expect, test } from 'vitest';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { memoryHost, type MemoryFiles, type MemoryHost, type Respond } from '../hosts/memory-host.ts';
import { servePaths } from '../render/serve-host.ts';
import { authorizeKey, destinationOf, hostKeysOf, makeServeKey, withdrawKey } from './serve-ssh-keys.ts';
import { exampleModel } from '../../test/kit/example-model.ts';

const done = (stdout = ''): { readonly exitCode: number; readonly stdout: string; readonly stderr: string } => ({
  exitCode: 0,
  stdout,
  stderr: '',
});
const file = (path: string, text: string, rights = { mode: 0o644, owner: 'root:root' }) =>
  ({ kind: 'file', path, ...rights, bytes: new TextEncoder().encode(text) }) as const;
const textOf = (host: MemoryHost, path: string): string | undefined => {
  const found = host.files.get(path);
  return found?.kind === 'file' ? new TextDecoder().decode(found.bytes) : undefined;
};

/** Plays the few programs that keys need, for the user admin. */
const respond: Respond = ({ argv }, files) => {
  switch (argv[0]) {
    case 'getent':
      return argv[2] === 'admin' ? done('admin:x:1000:1000::/home/admin:/bin/bash\n') : { ...done(), exitCode: 2 };
    case 'id':
      return done('staff\n');
    case 'ssh-keygen': {
      const path = argv.at(-1) ?? '';
      files.set(path, file(path, 'PRIVATE', { mode: 0o600, owner: 'root:root' }));
      files.set(`${path}.pub`, file(`${path}.pub`, `ssh-ed25519 AAAA ${argv.at(-3)}\n`));
      return done();
    }
    case 'cat': {
      const found = files.get(argv[1] ?? '');
      return found?.kind === 'file' ? done(new TextDecoder().decode(found.bytes)) : { ...done(), exitCode: 1 };
    }
    case 'install':
    case 'chown':
    case 'chmod':
      return done();
    default:
      return undefined;
  }
};

function hostWith(...files: readonly ReturnType<typeof file>[]): MemoryHost {
  const disk: MemoryFiles = new Map(files.map((one) => [one.path, one]));
  return memoryHost({ name: 'lb1', files: disk, respond });
}

const keys = '/home/admin/.ssh/authorized_keys';
const dashboard = { host: 'dns1', addresses: ['192.0.2.21'] };

describe("the dashboard's key on a host", () => {
  test('is put beside others, which stay with their owner and mode, and is taken away again', async () => {
    const host = hostWith(file(keys, 'ssh-rsa CCCC ann@desk\n', { mode: 0o640, owner: 'admin:staff' }));
    const use = { host, user: 'admin', dashboard };
    await authorizeKey(use, 'ssh-ed25519 AAAA evenkeel-serve@dns1\n');
    expect(host.files.get(keys)).toMatchObject({ mode: 0o640, owner: 'admin:staff' });
    expect(textOf(host, keys)).toBe(
      'ssh-rsa CCCC ann@desk\nrestrict,from="192.0.2.21" ssh-ed25519 AAAA evenkeel-serve@dns1\n',
    );
    await withdrawKey(use);
    expect(textOf(host, keys)).toBe('ssh-rsa CCCC ann@desk\n');
  });

  test('makes the file where there was none, for its user alone', async () => {
    const host = hostWith();
    await authorizeKey({ host, user: 'admin', dashboard }, 'ssh-ed25519 AAAA x\n');
    expect(host.files.get(keys)).toMatchObject({ mode: 0o600, owner: 'admin:staff' });
    expect(host.commands()).toContainEqual([
      'install',
      '-d',
      '-m',
      '700',
      '-o',
      'admin',
      '-g',
      'staff',
      '/home/admin/.ssh',
    ]);
  });

  test('is not written when it is there already', async () => {
    const host = hostWith();
    const use = { host, user: 'admin', dashboard };
    for (let time = 0; time < 2; time += 1) await authorizeKey(use, 'ssh-ed25519 AAAA x\n');
    expect(host.operations.filter(({ kind }) => kind === 'write')).toHaveLength(1);
  });

  test('follows no link, and a user who is not there is said', async () => {
    const linked = hostWith();
    linked.files.set(keys, { kind: 'symlink', path: keys, target: '/etc/shadow' });
    expect(
      await thrownFault(authorizeKey({ host: linked, user: 'admin', dashboard }, 'ssh-ed25519 A x')),
    ).toMatchObject({
      code: 'file-in-the-way',
    });
    expect(await thrownFault(withdrawKey({ host: hostWith(), user: 'eve', dashboard }))).toMatchObject({
      code: 'command-failed',
      command: ['getent', 'passwd', 'eve'],
    });
  });
});

test('its own key is made once, and root owns it', async () => {
  const host = hostWith();
  expect(await makeServeKey(host)).toBe('ssh-ed25519 AAAA evenkeel-serve@lb1\n');
  expect(await makeServeKey(host)).toBe('ssh-ed25519 AAAA evenkeel-serve@lb1\n');
  expect(host.commands().filter(([program]) => program === 'ssh-keygen')).toHaveLength(1);
  expect(host.commands()).toContainEqual(['chown', 'root:evenkeel-serve', servePaths.identity]);
  expect(host.commands()).toContainEqual(['chmod', '640', servePaths.identity]);
});

test('host keys are those that its sshd has; none is refused before anything changes', async () => {
  const path = '/etc/ssh/ssh_host_ed25519_key.pub';
  expect(await hostKeysOf(hostWith(file(path, 'ssh-ed25519 AAAA\n')))).toEqual(['ssh-ed25519 AAAA\n']);
  const bare = hostWith();
  expect(await thrownFault(hostKeysOf(bare))).toMatchObject({ code: 'not-found', state: 'nothing was changed there' });
  expect(bare.commands()).toEqual([]);
});

test('a host is reached by its address, whatever way this computer takes', async () => {
  const [machine] = exampleModel().balancers;
  if (machine === undefined) throw new Error('the example has a balancer');
  const far = { ...machine, ssh: { ...machine.ssh, user: 'admin', port: 2222, jump: 'bastion' } };
  expect(await destinationOf(far, { kind: 'real' })).toEqual({
    name: 'lb1',
    destination: machine.ssh.destination,
    address: machine.addresses[0].text,
    user: 'admin',
    port: 2222,
  });
});
