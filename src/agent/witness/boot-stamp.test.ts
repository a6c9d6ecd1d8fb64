import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { bootStamp } from './boot-stamp.ts';
import { takeNewer } from './replay-guard.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-boot-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(nowMs: number): { readonly boot: number; readonly lines: readonly string[] } {
  const lines: string[] = [];
  return { boot: bootStamp(join(folder, 'boot'), { nowMs, log: (line) => lines.push(line) }), lines };
}

test('an agent that starts after its clock was set back is heard', () => {
  const day = 86_400_000;
  const before = start(20_000 * day);
  const after = start(19_999 * day);
  const { seen } = takeNewer(new Map(), { sender: 'lb1', boot: before.boot, sequence: 7 });
  expect(takeNewer(seen, { sender: 'lb1', boot: after.boot, sequence: 0 }).isNewer).toBe(true);
  expect(start(20_001 * day).boot).toBe(20_001 * day);
});

test('a file that says nothing is no boot, and one that can not be written is said', () => {
  writeFileSync(join(folder, 'boot'), 'never\n');
  expect(start(1_000)).toEqual({ boot: 1_000, lines: [] });
  expect(readFileSync(join(folder, 'boot'), 'utf8')).toBe('1000\n');
  rmSync(folder, { recursive: true });
  expect(start(2_000)).toEqual({ boot: 2_000, lines: [expect.stringContaining("can't be written")] });
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-boot-'));
});
