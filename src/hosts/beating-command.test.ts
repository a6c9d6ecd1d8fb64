import { expect, test } from 'vitest';
import { beatingCommand } from './beating-command.ts';
import { startLineProcess } from './line-process.ts';

const patience = { timeout: 20_000 };
const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

test('a command that is quiet is heard of, what it says comes whole, and it ends with the one who asked', async () => {
  const lines: string[] = [];
  const command = ['sh', '-c', 'echo $$; sleep 2; printf "one\\ntwo\\n"; exec sleep 300'] as const;
  const running = await startLineProcess({ argv: beatingCommand(command, 1), onLine: (line) => lines.push(line) });
  await expect.poll(() => lines.includes('two') && lines.at(-1) === '', patience).toBe(true);
  const pid = Number(lines[0]);
  expect(isThere(pid)).toBe(true);
  expect(lines.filter((line) => line !== '')).toEqual([String(pid), 'one', 'two']);
  expect(lines.indexOf('')).toBeLessThan(lines.indexOf('one'));
  process.kill(running.pid, 'SIGTERM');
  await running.ended;
  await expect.poll(() => isThere(pid), patience).toBe(false);
});

test('one that ends ends it, and one that is not there says so', async () => {
  const lines: string[] = [];
  const onLine = (line: string): void => void lines.push(line);
  await (
    await startLineProcess({ argv: beatingCommand(['echo', 'all'], 1), onLine })
  ).ended;
  expect(lines).toEqual(['all']);
  const missing = await startLineProcess({ argv: beatingCommand(['evenkeel-nothing'], 1), onLine });
  const { exitCode, said } = await missing.ended;
  expect([exitCode > 0, said]).toEqual([true, expect.stringContaining('evenkeel-nothing')]);
});
