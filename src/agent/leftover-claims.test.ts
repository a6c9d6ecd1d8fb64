import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { agentConfig } from '../model/agent-config.ts';
import { balancerClaims, leftoverClaimsPart, leftoverMs } from './leftover-claims.ts';

let folder = '';
let stop = new AbortController();
let running: Promise<void> | undefined;
let logged: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'evenkeel-claims-'));
  stop = new AbortController();
  logged = [];
});
afterEach(async () => {
  stop.abort();
  await running;
  rmSync(folder, { recursive: true, force: true });
});

/** A file that was written so many milliseconds ago. */
function put(name: string, ageMs: number): void {
  writeFileSync(join(folder, name), '104\n');
  const at = (Date.now() - ageMs) / 1000;
  utimesSync(join(folder, name), at, at);
}

function begin(directory: string): void {
  const [balancer] = exampleModel().balancers;
  if (balancer === undefined) throw new Error('no balancer');
  const context = {
    config: agentConfig(exampleModel(), balancer),
    log: (line: string) => logged.push(line),
    now: () => performance.now(),
    register: () => undefined,
    report: () => undefined,
  };
  running = leftoverClaimsPart({ directory, leftoverMs: 300, wallClock: Date.now })(context, stop.signal);
}

async function eventually(isSo: () => boolean): Promise<void> {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`never; logged ${JSON.stringify(logged)}`);
    await wait(20);
  }
}

test('claims of VIPs that are gone are removed, and nothing else', async () => {
  for (const name of ['claim-vip1', 'claim-old', 'claim-vip1.4711', 'drain', 'backends.json']) put(name, 60_000);
  begin(folder);
  expect(readdirSync(folder)).toHaveLength(5);
  await eventually(() => logged.length > 1);
  expect(readdirSync(folder).sort()).toEqual(['backends.json', 'claim-vip1', 'drain']);
  expect(logged.sort()).toEqual([
    'forgets claim-old: this balancer may hold no such VIP',
    'forgets claim-vip1.4711: this balancer may hold no such VIP',
  ]);
});

test('one that was just made is left: the apply that made it has yet to tell the agent', async () => {
  put('claim-old', 60_000);
  put('claim-new', -60_000);
  begin(folder);
  await eventually(() => !existsSync(join(folder, 'claim-old')));
  await wait(400);
  expect(readdirSync(folder)).toEqual(['claim-new']);
});

test('a directory that can not be read is said once', async () => {
  begin(join(folder, 'missing'));
  await wait(1000);
  expect(logged).toEqual([expect.stringContaining("claims of VIPs that are gone can't be removed: ENOENT")]);
});

test('on a host it waits for longer than an apply takes', () => {
  expect(balancerClaims(Date.now)).toMatchObject({ directory: '/var/lib/evenkeel', leftoverMs });
  expect(leftoverMs).toBeGreaterThan(5 * 60_000);
});
