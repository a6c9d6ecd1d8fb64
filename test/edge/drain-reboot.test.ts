import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planLoad } from '../../src/drill/plan-load.ts';
import { isObject, parseJson } from '../../src/facts/fields.ts';
import { claimFile, stateFiles } from '../../src/model/state-files.ts';
import { evenkeel } from '../kit/cli.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { holderCounts, underLoad } from '../kit/loaded-lab.ts';
import { openSharedEdge, sharedFile, sharedFlags } from '../kit/shared-edge.ts';

/** A balancer that is drained, switched off, repaired and switched on: nobody notices until it is undrained, and then neither. */
const model = exampleModel();
const flags = sharedFlags;
let lab: EdgeLab;
let ca = '';

beforeAll(async () => {
  ({ lab, ca } = await openSharedEdge());
});
afterAll(async () => {
  await lab.leave();
});

async function done(...words: readonly string[]): Promise<string> {
  const run = await evenkeel(...words);
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  return run.stdout;
}

const stateOf = async (balancer: string, path: string): Promise<string> => (await lab.on(balancer, 'cat', path)).trim();

/** Looks for so long, again and again. */
async function staysAt(counts: string, ms: number): Promise<void> {
  const end = performance.now() + ms;
  while (performance.now() < end) {
    expect(await holderCounts(lab)).toBe(counts);
    await wait(200);
  }
}

test('a drain outlives a power cut: the VIP comes home with the undrain, and no request fails', async () => {
  const report = parseJson(await done('drain', ...flags, '--json', '--deadline', '0s', 'lb1'));
  expect(isObject(report) ? report : {}).toMatchObject({
    balancer: 'lb1',
    connectionsFound: 0,
    connectionsEnded: 0,
    connections: 0,
    moved: [{ vip: 'vip1', from: 'lb1', to: 'lb2' }],
  });
  const order = planLoad(model, {
    target: 'drill-target',
    ca,
    rates: { newConnectionEveryMs: 50, byNameEveryMs: 200 },
  });
  const records = await underLoad(lab, order, async (seen) => {
    await eventually(
      async () => seen.length,
      (count) => count > 20,
    );
    await done('lab', 'fault', ...sharedFile, 'power-off', 'lb1');
    await done('lab', 'fault', ...sharedFile, 'power-on', 'lb1');
    // Up, well, and watched for long enough: from here on only the drain keeps its VIP away.
    await eventually(
      async () => Promise.all([stateFiles.nginxVerdict, stateFiles.settling].map((path) => stateOf('lb1', path))),
      (words) => words.join() === '0,0',
      120_000,
    );
    expect(await stateOf('lb1', stateFiles.drain)).toBe('1');
    await staysAt('0,2', 5000);
    expect(await done('undrain', ...flags, 'lb1')).toContain('lb1 is in service and holds vip1');
    expect(await holderCounts(lab)).toBe('1,1');
    expect(await done('undrain', ...flags, 'lb1')).toContain('lb1 was not drained: nothing was changed');
  });
  const failed = records.flatMap((one) =>
    one.kind === 'request' && one.failure !== undefined ? [`${one.stream}: ${one.failure}`] : [],
  );
  expect(failed).toEqual([]);
  expect(records.length).toBeGreaterThan(200);
});

test('an undrain says at once that NGINX is in the way', async () => {
  await done('drain', ...flags, '--deadline', '0s', 'lb1');
  await lab.on('lb1', 'systemctl', 'stop', 'nginx.service');
  const began = performance.now();
  const refused = await evenkeel('undrain', ...flags, 'lb1');
  expect(performance.now() - began).toBeLessThan(20_000);
  expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining('its NGINX does not run')]);
  expect(refused.stderr).toContain('on lb1: systemctl status nginx.service');
  await lab.on('lb1', 'systemctl', 'start', 'nginx.service');
  // It is watched now, and an order of a person ends that.
  expect(await done('move', ...flags, 'vip1', 'lb1')).toContain('vip1 (192.168.10.100)');
  expect(await holderCounts(lab)).toBe('1,1');
});

test('a VIP stays where it was moved when its priorities change', async () => {
  await done('move', ...flags, 'vip1', 'lb2');
  expect(await stateOf('lb2', claimFile('vip1'))).toBe('1');
  // As an apply writes them for an edge that grew: the priority falls, and what the claim is worth rises.
  const change = ['-e', 's/priority 240/priority 200/', '-e', 's/weight 14/weight 54/'];
  await lab.on('lb2', 'sed', '-i', ...change, '/etc/keepalived/keepalived.conf');
  await lab.on('lb2', 'systemctl', 'reload', 'keepalived.service');
  await staysAt('0,2', 3000);
  await done('move', ...flags, 'vip1', 'lb1');
  expect(await holderCounts(lab)).toBe('1,1');
});
