import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readWitnessKey } from '../agent/witness/read-witness-key.ts';
import { openWitnessKey } from './witness-key.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-key-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('makes a key once, for its owner only, and the agent reads the same', async () => {
  const path = join(folder, 'edge', 'witness.key');
  const made = await openWitnessKey(path);
  expect(made.length).toBe(32);
  expect(Buffer.from(await openWitnessKey(path))).toEqual(Buffer.from(made));
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(Buffer.from(await readWitnessKey(path))).toEqual(Buffer.from(made));
});

it('replaces what is no key, which the agent refuses without saying what it holds', async () => {
  const path = join(folder, 'witness.key');
  writeFileSync(path, 'secret\n');
  await expect(readWitnessKey(path)).rejects.toThrow(/does not hold 32 bytes/);
  await expect(readWitnessKey(path)).rejects.not.toThrow(/secret/);
  await openWitnessKey(path);
  expect(readFileSync(path, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
});
