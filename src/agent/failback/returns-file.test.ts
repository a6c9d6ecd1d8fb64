import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readReturns, writeReturns } from './returns-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'evenkeel-returns-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'returns.json');
const window = { now: 10_000, memoryMs: 5000 };

test('what was written is read, without what is too old or in the future', () => {
  writeReturns(file, [1000, 6000, 9000, 11_000]);
  expect(readReturns(file, window)).toEqual([6000, 9000]);
});

test('a missing, empty or broken file has none', () => {
  expect(readReturns(join(folder, 'none'), window)).toEqual([]);
  for (const text of ['', '{', '[]', '{"returns": 7}', '{"returns": ["9000"]}']) {
    writeFileSync(file, text);
    expect(readReturns(file, window)).toEqual([]);
  }
});

test('the file does not grow without end', () => {
  writeReturns(
    file,
    Array.from({ length: 100 }, (_, index) => index),
  );
  expect(readReturns(file, { now: 1000, memoryMs: 2000 })).toHaveLength(32);
});
