import { expect, test } from 'vitest';
import type { Command, CommandOutcome } from '../hosts/host.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import { askTogether } from './ask-together.ts';

const says = (stdout: string): CommandOutcome => ({ exitCode: 0, stdout, stderr: '' });
const respond = ({ argv }: Command): CommandOutcome | Promise<CommandOutcome> =>
  argv[0] === 'sleep' ? new Promise(() => undefined) : says(argv.slice(1).join(' '));

test('what is asked at one moment with one limit is one round trip, each with its own outcome', async () => {
  const host = memoryHost({ name: 'lb1', respond });
  const together = askTogether(host);
  const outcomes = await Promise.all([
    together.run({ argv: ['echo', 'a'], timeoutMs: 3000 }),
    together.run({ argv: ['echo', 'b'], timeoutMs: 3000 }),
    together.run({ argv: ['echo', 'c'], timeoutMs: 8000 }),
    together.run({ argv: ['echo', 'd'], timeoutMs: 3000 }),
    together.run({ argv: ['echo', 'e'], timeoutMs: 3000, stdin: 'x' }),
    together.run({ argv: ['echo', 'f'] }),
  ]);
  expect(outcomes.map(({ stdout }) => stdout)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  expect(host.operations.map(({ kind }) => kind).toSorted()).toEqual(['run', 'run', 'run', 'run-all']);
  await together.run({ argv: ['echo', 'later'], timeoutMs: 3000 });
  expect(host.commands().at(-1)).toEqual(['echo', 'later']);
});

test('one that takes too long fails by itself', async () => {
  const together = askTogether(memoryHost({ name: 'lb1', respond }));
  const [slow, quick] = await Promise.allSettled([
    together.run({ argv: ['sleep', '60'], timeoutMs: 20 }),
    together.run({ argv: ['echo', 'well'], timeoutMs: 20 }),
  ]);
  expect(slow).toMatchObject({ status: 'rejected', reason: { details: { code: 'command-timed-out', host: 'lb1' } } });
  expect(quick).toMatchObject({ status: 'fulfilled', value: { stdout: 'well' } });
});

test('a host that does not answer fails all of them, and a bug stays a bug', async () => {
  const two = async (host: ReturnType<typeof memoryHost>) => {
    const together = askTogether(host);
    const argv = ['echo', 'a'] as const;
    return Promise.allSettled([1, 2].map(async () => together.run({ argv: [...argv], timeoutMs: 20 })));
  };
  const lost = await two(memoryHost({ name: 'lb1', respond, crash: { at: 1, moment: 'before' } }));
  expect(lost).toMatchObject([1, 2].map(() => ({ reason: { details: { code: 'host-unreachable' } } })));
  const closed = memoryHost({ name: 'lb1', respond });
  await closed.close();
  expect(await two(closed)).toMatchObject([1, 2].map(() => ({ reason: { name: 'Error' } })));
});
