import { readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { endConnections } from '../../src/hosts/control-socket.ts';
import type { Host } from '../../src/hosts/host.ts';
import { openSshHost } from '../../src/hosts/open-ssh.ts';
import { runLocal } from '../../src/hosts/process.ts';
import type { SshTarget } from '../../src/hosts/ssh-target.ts';
import { hostContract } from '../kit/host-contract.ts';
import { freePort } from '../kit/free-port.ts';
import { type SshServer, startSshServer, whyNoSshServer } from '../kit/ssh-server.ts';

const reason = await whyNoSshServer();
if (reason !== undefined) process.stderr.write(`skipped: OpenSSH hosts against a real sshd (${reason})\n`);

describe.skipIf(reason !== undefined)('OpenSSH against a real sshd', { timeout: 60_000 }, () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshServer();
  });
  afterAll(async () => {
    await endConnections(server.target().controlDirectory);
    await server.stop();
  });

  /** A host that is closed when the test ends. */
  function open(changes: Partial<SshTarget> = {}): Host {
    const host = openSshHost(server.target(changes));
    onTestFinished(() => host.close());
    return host;
  }

  for (const [adapter, user] of [
    ['openSshHost as root', 'root'],
    ['openSshHost through sudo', 'operator'],
    ['openSshHost with a chatty login shell', 'chatty'],
  ] as const) {
    hostContract({
      adapter,
      open: () => Promise.resolve(openSshHost(server.target({ user }))),
      scratch: () => `${server.directory}/scratch-${user}`,
      link: async (host, path, target) => {
        const { exitCode, stderr } = await host.run({ argv: ['ln', '-s', '--', target, path] });
        if (exitCode !== 0) throw new Error(stderr);
      },
    });
  }

  describe('who a command runs as', () => {
    test('root, unless the login user is asked for', async () => {
      const host = open({ user: 'operator' });
      expect((await host.run({ argv: ['id', '-un'] })).stdout).toBe('root\n');
      expect((await host.run({ argv: ['id', '-un'], as: 'login' })).stdout).toBe('operator\n');
      expect((await open().run({ argv: ['id', '-un'] })).stdout).toBe('root\n');
    });

    test('sudo does not touch a megabyte of output', async () => {
      const host = open({ user: 'operator' });
      const path = `${server.directory}/megabyte`;
      const bytes = Uint8Array.from({ length: 1_000_000 }, (_, index) => (index * 7919) % 256);
      await host.write([{ path, mode: 0o600, owner: 'root:root', bytes }]);
      const [state] = await host.read([path]);
      expect(state?.kind === 'file' && Buffer.from(state.bytes).equals(bytes)).toBe(true);
    });

    test.each([
      ['asked', /password is required/, /asked ALL=\(ALL\) NOPASSWD: ALL/],
      ['guest', /./, /guest ALL=\(ALL\) NOPASSWD: ALL/],
      ['bare', /not found/, /apt-get install sudo/],
    ])('%s: sudo refuses, with its words and what to do', async (user, said, next) => {
      const host = open({ user });
      const refused = { details: { code: 'sudo-refused', host: 'lb1', said: expect.stringMatching(said) } };
      await expect(host.run({ argv: ['true'] })).rejects.toMatchObject(refused);
      await expect(host.read(['/etc/passwd'])).rejects.toMatchObject({
        details: { next: expect.stringMatching(next) },
      });
      // What needs no root still works.
      expect((await host.run({ argv: ['cat'], stdin: 'x', as: 'login' })).stdout).toBe('x');
    });

    test('sudo that is switched off is not tried', async () => {
      const host = open({ user: 'operator', sudo: 'never' });
      await expect(host.run({ argv: ['true'] })).rejects.toMatchObject({ details: { code: 'sudo-refused' } });
      expect((await host.run({ argv: ['true'], as: 'login' })).exitCode).toBe(0);
    });

    test('a login shell that runs nothing', async () => {
      await expect(open({ user: 'idle' }).run({ argv: ['true'], as: 'login' })).rejects.toMatchObject({
        details: { code: 'login-refused', said: expect.stringContaining('not available') },
      });
    });
  });

  describe('a host that refuses', () => {
    test('an unknown host key', async () => {
      const knownHostsFile = join(server.directory, 'known_none');
      await writeFile(knownHostsFile, '');
      await expect(open({ knownHostsFile }).run({ argv: ['true'] })).rejects.toMatchObject({
        details: {
          code: 'host-key-unknown',
          host: 'lb1',
          message: expect.stringContaining(`[127.0.0.1]:${server.port}`),
          next: expect.stringContaining(`UserKnownHostsFile=${knownHostsFile} root@127.0.0.1`),
        },
      });
      // It was not taken on trust either.
      expect(await readFile(knownHostsFile, 'utf8')).toBe('');
    });

    test('a changed host key', async () => {
      const knownHostsFile = join(server.directory, 'known_old');
      const other = (await readFile(join(server.directory, 'user_key.pub'), 'utf8')).trim();
      await writeFile(knownHostsFile, `[127.0.0.1]:${server.port} ${other}\n`);
      await expect(open({ knownHostsFile }).run({ argv: ['true'] })).rejects.toMatchObject({
        details: {
          code: 'host-key-changed',
          next: expect.stringContaining(`ssh-keygen -f "${knownHostsFile}" -R "[127.0.0.1]:${server.port}"`),
        },
      });
    });

    test('a key that is not in authorized_keys, and a key file that is not there', async () => {
      for (const identityFile of [join(server.directory, 'host_key'), '/nonexistent/key']) {
        await expect(open({ identityFile }).run({ argv: ['true'] })).rejects.toMatchObject({
          details: { code: 'login-refused', said: expect.stringContaining('Permission denied') },
        });
      }
    });

    test('a closed port, and a name that nobody knows', async () => {
      const port = await freePort();
      await expect(open({ port }).run({ argv: ['true'] })).rejects.toMatchObject({
        details: { code: 'host-unreachable', said: expect.stringContaining('Connection refused') },
      });
      await expect(open({ destination: 'host.invalid' }).run({ argv: ['true'] })).rejects.toMatchObject({
        details: { code: 'host-unreachable', said: expect.stringContaining('resolve') },
      });
    });

    test('an address where nothing answers', async () => {
      // From inside a namespace whose only neighbour takes packets and never replies.
      const name = `evenkeel-hole-${process.pid}`;
      const ip = async (...words: readonly string[]) => {
        expect(await runLocal({ argv: ['ip', ...words] })).toMatchObject({ exitCode: 0 });
      };
      await ip('netns', 'add', name);
      onTestFinished(() => ip('netns', 'del', name));
      await ip('-n', name, 'link', 'add', 'hole0', 'type', 'veth', 'peer', 'name', 'hole1');
      await ip('-n', name, 'address', 'add', '192.0.2.1/24', 'dev', 'hole0');
      for (const link of ['hole0', 'hole1']) await ip('-n', name, 'link', 'set', link, 'up');
      await ip('-n', name, 'neighbour', 'add', '192.0.2.9', 'lladdr', '02:00:00:00:00:09', 'dev', 'hole0');
      const module = new URL('../../src/hosts/open-ssh.ts', import.meta.url).href;
      const target = server.target({ destination: '192.0.2.9', port: 22, connectTimeoutMs: 1_000 });
      const script = `const { openSshHost } = await import(${JSON.stringify(module)});
        const host = openSshHost(${JSON.stringify(target)});
        await host.run({ argv: ['true'] }).catch((error) => console.log(JSON.stringify(error.details)));
        await host.close();`;
      const node = [process.execPath, '--input-type=module', '-e', script];
      const { stdout } = await runLocal({ argv: ['ip', 'netns', 'exec', name, ...node], timeoutMs: 30_000 });
      expect(JSON.parse(stdout)).toMatchObject({
        code: 'host-unreachable',
        host: 'lb1',
        said: expect.stringContaining('timed out'),
      });
    });

    test('a host that takes the connection and says nothing', async () => {
      const hung = await import('node:net').then(({ createServer }) => createServer());
      await new Promise<void>((resolve) => hung.listen(0, '127.0.0.1', resolve));
      onTestFinished(() => void hung.close());
      const address = hung.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      await expect(open({ port, connectTimeoutMs: 1_000 }).run({ argv: ['true'] })).rejects.toMatchObject({
        details: { code: 'host-unreachable' },
      });
    });

    test('a fault does not stick: when the cause is gone the same host works', async () => {
      const knownHostsFile = join(server.directory, 'known_later');
      await writeFile(knownHostsFile, '');
      const host = open({ knownHostsFile });
      await expect(host.run({ argv: ['true'] })).rejects.toMatchObject({ details: { code: 'host-key-unknown' } });
      await writeFile(knownHostsFile, await readFile(join(server.directory, 'known_hosts'), 'utf8'));
      expect((await host.run({ argv: ['true'] })).exitCode).toBe(0);
    });
  });

  describe("the user's own ssh set-up", () => {
    test('ssh_config is used: alias, user, port, keys; what would break a command is not', async () => {
      const configFile = join(server.directory, 'ssh_config');
      const target = server.target();
      await writeFile(
        configFile,
        [
          'Host balancer',
          '  HostName 127.0.0.1',
          `  Port ${server.port}`,
          '  User operator',
          `  IdentityFile ${target.identityFile ?? ''}`,
          `  UserKnownHostsFile ${target.knownHostsFile ?? ''}`,
          '  RequestTTY force',
          '  RemoteCommand top',
          `  LocalForward ${server.port} localhost:1`,
          '  ExitOnForwardFailure yes',
          '',
        ].join('\n'),
      );
      const { name, controlDirectory, connectTimeoutMs, sudo } = target;
      const host = openSshHost({ name, controlDirectory, connectTimeoutMs, sudo, configFile, destination: 'balancer' });
      onTestFinished(() => host.close());
      expect((await host.run({ argv: ['id', '-un'], as: 'login' })).stdout).toBe('operator\n');
      expect((await host.run({ argv: ['tty'] })).stdout).toBe('not a tty\n');
    });

    test('a jump host is passed through; its key is checked too, and nothing asks', async () => {
      const configFile = join(server.directory, 'jump_config');
      const { identityFile = '', knownHostsFile = '' } = server.target();
      const config = (known: string) => `IdentityFile ${identityFile}\nUserKnownHostsFile ${known}\n`;
      await writeFile(configFile, config(knownHostsFile));
      const proxyJump = `guest@127.0.0.1:${server.port}`;
      const host = open({ configFile, proxyJump });
      const { stdout } = await host.run({ argv: ['sh', '-c', 'echo "$SSH_CONNECTION"; id -un'] });
      expect(stdout).toMatch(/127\.0\.0\.1 \d+ 127\.0\.0\.1 \d+\nroot\n/);
      await writeFile(configFile, config('/dev/null'));
      await expect(open({ configFile, proxyJump }).run({ argv: ['true'] })).rejects.toMatchObject({
        details: { code: 'host-key-unknown' },
      });
    });

    test('keys of an agent are offered', async () => {
      const socket = join(server.directory, 'agent');
      const { stdout } = await runLocal({ argv: ['ssh-agent', '-s', '-a', socket] });
      const pid = Number(/SSH_AGENT_PID=(\d+)/.exec(stdout)?.[1]);
      onTestFinished(() => void process.kill(pid));
      vi.stubEnv('SSH_AUTH_SOCK', socket);
      onTestFinished(() => void vi.unstubAllEnvs());
      const { identityFile = '', ...target } = server.target();
      await runLocal({ argv: ['ssh-add', '-q', identityFile] });
      const host = openSshHost(target);
      onTestFinished(() => host.close());
      expect((await host.run({ argv: ['true'] })).exitCode).toBe(0);
      // The agent itself stays here.
      expect((await host.run({ argv: ['sh', '-c', 'echo "<$SSH_AUTH_SOCK>"'] })).stdout).toBe('<>\n');
    });
  });

  describe('the shared connection', () => {
    const sockets = async () =>
      (await readdir(server.target().controlDirectory).catch(() => [])).filter((name) => name.endsWith('.s'));
    /** The sshd processes of the connections that are open now, seen from inside one. */
    const connections = async (host: Host) =>
      Number((await host.run({ argv: ['sh', '-c', 'grep -lc "^sshd: .*notty" /proc/[0-9]*/cmdline | wc -l'] })).stdout);

    test('is one for many commands, also when the first come together', async () => {
      const host = open();
      const counts = await Promise.all(
        [1, 2, 3, 4].map(() => host.run({ argv: ['sh', '-c', 'echo "$SSH_CONNECTION"'] })),
      );
      counts.push(await host.run({ argv: ['sh', '-c', 'echo "$SSH_CONNECTION"'] }));
      expect(new Set(counts.map((outcome) => outcome.stdout)).size).toBe(1);
    });

    test('close ends it, and only its own', async () => {
      await endConnections(server.target().controlDirectory);
      const one = open();
      const two = open();
      await Promise.all([one.run({ argv: ['true'] }), two.run({ argv: ['true'] })]);
      expect(await sockets()).toHaveLength(2);
      expect(await connections(two)).toBe(2);
      await one.close();
      expect(await sockets()).toHaveLength(1);
      await vi.waitFor(async () => expect(await connections(two)).toBe(1), 10_000);
    });

    test('one that was lost is opened again by the next command; the command it cut is a fault', async () => {
      const host = open({ user: 'operator' });
      // It fails while we wait for something else, so it is listened to from the start.
      const cut = host.run({ argv: ['sleep', '20'], as: 'login' }).catch((error: unknown) => error);
      const helper = open();
      await vi.waitFor(async () => {
        const { exitCode } = await helper.run({ argv: ['pgrep', '-x', '-u', 'operator', 'sleep'] });
        expect(exitCode).toBe(0);
      }, 10_000);
      await helper.run({ argv: ['pkill', '-KILL', '-u', 'operator', 'sshd'] });
      expect(await cut).toMatchObject({
        details: { code: 'host-unreachable', state: expect.stringContaining('not known') },
      });
      expect((await host.run({ argv: ['true'] })).exitCode).toBe(0);
    });

    test('that a controller left behind is ended by endConnections', async () => {
      const controlDirectory = `${server.directory}/${'long'.repeat(40)}`;
      const host = open({ controlDirectory });
      await host.run({ argv: ['true'] });
      const watcher = open();
      await endConnections(controlDirectory);
      await vi.waitFor(async () => expect(await connections(watcher)).toBe(1), 10_000);
    });
  });

  describe('files', () => {
    const file = (path: string, text: string, owner = 'root:root') => ({
      path,
      mode: 0o644,
      owner,
      bytes: new TextEncoder().encode(text),
    });

    test('an unknown owner is refused by name, and nothing is changed', async () => {
      const host = open();
      const at = `${server.directory}/owners`;
      await expect(
        host.write([file(`${at}/a`, ''), file(`${at}/b`, '', 'nobody:no-such-group')]),
      ).rejects.toMatchObject({
        details: { said: expect.stringContaining('no group no-such-group'), state: 'no file was changed' },
      });
      expect((await host.read([at]))[0]?.kind).toBe('absent');
    });

    test('a full disk is told as such, and nothing is changed or left', async () => {
      const host = open();
      const at = `${server.directory}/small`;
      await host.run({ argv: ['mkdir', at] });
      // Inside the server's own mount namespace, so it goes with it.
      await host.run({ argv: ['mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', at] });
      await host.write([file(`${at}/kept`, 'old')]);
      const big = 'x'.repeat(100_000);
      await expect(host.write([file(`${at}/kept`, 'new'), file(`${at}/big`, big)])).rejects.toMatchObject({
        details: { code: 'disk-full', host: 'lb1', state: 'no file was changed' },
      });
      expect((await host.run({ argv: ['ls', '-A', at] })).stdout).toBe('kept\n');
      expect(await host.read([`${at}/kept`])).toMatchObject([{ bytes: file('', 'old').bytes }]);
    });

    test('a write that fails among the renames says which files are new', async () => {
      const host = open();
      const at = `${server.directory}/halfway`;
      await host.write([file(`${at}/a`, 'old'), file(`${at}/mounted`, 'old'), file(`${at}/z`, 'old')]);
      // What something is mounted on can't be renamed over (rename(2), EBUSY).
      await host.run({ argv: ['mount', '--bind', `${at}/mounted`, `${at}/mounted`] });
      const writes = ['a', 'mounted', 'z'].map((name) => file(`${at}/${name}`, 'new'));
      await expect(host.write(writes)).rejects.toMatchObject({
        details: {
          code: 'command-failed',
          state: `changed before it failed: ${at}/a`,
          said: expect.stringMatching('busy'),
        },
      });
      expect((await host.run({ argv: ['sh', '-c', `cd "$1"; ls -A; cat a mounted z`, 'sh', at] })).stdout).toBe(
        'a\nmounted\nz\nnewoldold',
      );
    });

    test('what an interrupted write left is overwritten, even a planted symlink; remove clears it too', async () => {
      const host = open();
      const at = `${server.directory}/left`;
      await host.write([file(`${at}/victim`, 'victim'), file(`${at}/.b.evenkeel-new`, 'half'), file(`${at}/b`, '')]);
      await symlink('victim', `${at}/.a.evenkeel-new`);
      await host.write([file(`${at}/a`, 'new')]);
      await host.remove([`${at}/b`]);
      expect((await host.run({ argv: ['ls', '-A', at] })).stdout).toBe('a\nvictim\n');
      expect(await host.read([`${at}/victim`])).toMatchObject([{ bytes: file('', 'victim').bytes }]);
    });

    test('ten thousand small files in reasonable time', async () => {
      const host = open({ user: 'operator' });
      const at = `${server.directory}/many`;
      const files = Array.from({ length: 10_000 }, (_, index) =>
        file(`${at}/${index % 100}/${index}.conf`, `${index}`),
      );
      const started = performance.now();
      await host.write(files);
      const written = performance.now();
      const states = await host.read(files.map(({ path }) => path));
      const read = performance.now();
      expect(states.filter((state) => state.kind === 'file')).toHaveLength(10_000);
      process.stdout.write(
        `10,000 files: written in ${Math.round(written - started)} ms, read in ${Math.round(read - written)} ms\n`,
      );
      expect(written - started).toBeLessThan(30_000);
    });
  });

  test('a command that was given up is ended on the host too', async () => {
    const host = open();
    const script = 'echo $$ > "$1"; exec sleep 61';
    const pidFile = `${server.directory}/lingering`;
    await expect(host.run({ argv: ['sh', '-c', script, 'sh', pidFile], timeoutMs: 1_000 })).rejects.toMatchObject({
      details: { code: 'command-timed-out', state: expect.stringContaining('by itself') },
    });
    const pid = (await readFile(pidFile, 'utf8')).trim();
    await vi.waitFor(async () => expect((await host.run({ argv: ['kill', '-0', pid] })).exitCode).not.toBe(0), 10_000);
  });
});
