import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { labDown } from '../../src/lab/lab-down.ts';
import { labUp } from '../../src/lab/lab-up.ts';
import { smallLab, smallMachine } from '../kit/small-lab.ts';

const path = '/proc/sys/fs/inotify/max_user_instances';
const limit = () => Number(readFileSync(path, 'utf8'));
const name = `limits-${process.pid}`;
const lab = (suffix: string) => smallLab(`${name}-${suffix}`, [smallMachine('lb1', 'balancer', 21)]);
const found = limit();
let folder = '';

beforeEach(() => {
  // A state folder of its own: no other lab of this computer keeps the limit up.
  folder = mkdtempSync('/var/tmp/evenkeel-limits-');
  vi.stubEnv('EVENKEEL_STATE', `${folder}/state`);
  // Enough for what else runs here, less than the lab wants.
  writeFileSync(path, '900');
});
afterEach(async () => {
  for (const suffix of ['a', 'b']) await labDown(`${name}-${suffix}`, ignoreEvents);
  writeFileSync(path, String(found));
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('the limit of inotify instances is raised while labs are there, and as before after the last one', async () => {
  await labUp(lab('a'), ignoreEvents);
  expect(limit()).toBe(1024);
  await labUp(lab('b'), ignoreEvents);
  await labDown(`${name}-a`, ignoreEvents);
  expect(limit()).toBe(1024);
  await labDown(`${name}-b`, ignoreEvents);
  expect(limit()).toBe(900);
});
