import { describe, expect, test } from 'vitest';
import { hostContract } from '../../test/kit/host-contract.ts';
import type { Command, CommandOutcome, FileWrite } from './host.ts';
import type { PlayLines } from './memory-follow.ts';
import { memoryHost, type MemoryFiles } from './memory-host.ts';

/** The few programs the contract test runs. */
function programs(command: Command): CommandOutcome | Promise<CommandOutcome> | undefined {
  const [program, ...args] = command.argv;
  const { stdin = '' } = command;
  switch (program) {
    case 'printf':
      return ok(
        args
          .slice(1)
          .map((word) => (args[0] ?? '').replace('%s', () => word))
          .join(''),
      );
    case 'cat':
      return ok(typeof stdin === 'string' ? stdin : new TextDecoder().decode(stdin));
    case 'sleep':
      return new Promise(() => undefined);
    case 'sh':
      return { exitCode: Number(/exit (\d+)/.exec(args[1] ?? '')?.[1]), stdout: 'out\n', stderr: 'err\n' };
    default:
      return undefined;
  }
}

function ok(stdout: string): CommandOutcome {
  return { exitCode: 0, stdout, stderr: '' };
}

/** The programs that the contract test follows. */
const play: PlayLines = async ([program, ...args], say, signal) => {
  if (program === 'printf') for (const line of (args[1] ?? '').split('\n')) say(line);
  if (program !== 'yes') return;
  while (!signal.aborted) {
    say(args[0] ?? 'y');
    await new Promise(setImmediate);
  }
};

const disk: MemoryFiles = new Map();

hostContract({
  adapter: 'memoryHost',
  open: () => Promise.resolve(memoryHost({ name: 'lb1', files: disk, respond: programs, play })),
  scratch: () => '/srv/scratch',
  link: (_, path, target) => {
    disk.set(path, { kind: 'symlink', path, target });
    return Promise.resolve();
  },
});

describe('memoryHost as a witness', () => {
  const write = (path: string): FileWrite => ({ path, mode: 0o644, owner: 'root:root', bytes: new Uint8Array([1]) });

  test('keeps what it was asked, in order', async () => {
    const host = memoryHost({ name: 'lb1', respond: programs });
    await host.run({ argv: ['nginx', '-t'] });
    await host.write([write('/a')]);
    await host.read(['/a']);
    await host.remove(['/a']);
    await host.run({ argv: ['cat'], as: 'login' });
    expect(host.operations.map((operation) => operation.kind)).toEqual(['run', 'write', 'read', 'remove', 'run']);
    expect(host.commands()).toEqual([['nginx', '-t'], ['cat']]);
  });

  test('programs may change files', async () => {
    const host = memoryHost({
      name: 'lb1',
      respond: ({ argv: [program, path = ''] }, files) => {
        if (program !== 'rm') return undefined;
        files.delete(path);
        return ok('');
      },
    });
    await host.write([write('/a'), write('/b')]);
    await host.run({ argv: ['rm', '/a'] });
    expect([...host.files.keys()]).toEqual(['/b']);
  });

  test.each([
    ['before', []],
    ['halfway', ['/a']],
    ['after', ['/a', '/b']],
  ] as const)('a crash %s the write leaves %j, and the disk survives', async (moment, left) => {
    const files: MemoryFiles = new Map();
    const host = memoryHost({ name: 'lb1', files, respond: programs, crash: { at: 2, moment } });
    await host.run({ argv: ['cat'] });
    const unreachable = { details: { code: 'host-unreachable', host: 'lb1' } };
    await expect(host.write([write('/a'), write('/b')])).rejects.toMatchObject(unreachable);
    await expect(host.read(['/a'])).rejects.toMatchObject(unreachable);
    await host.close();
    const again = memoryHost({ name: 'lb1', files });
    const found = (await again.read(['/a', '/b'])).filter((state) => state.kind === 'file');
    expect(found.map((state) => state.path)).toEqual(left);
  });

  test('a crash before a command does not run it; after it, it was run', async () => {
    for (const [moment, runs] of [
      ['before', 0],
      ['halfway', 0],
      ['after', 1],
    ] as const) {
      let ran = 0;
      const respond = () => ok(String((ran += 1)));
      const host = memoryHost({ name: 'lb1', respond, crash: { at: 1, moment } });
      await expect(host.run({ argv: ['systemctl', 'reload', 'nginx'] })).rejects.toThrow('lost');
      expect(ran).toBe(runs);
    }
  });
});
