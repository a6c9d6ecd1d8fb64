import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { applyTo, bareMachines, controller } from '../../test/kit/simulated-edge.ts';
import { put, textOf } from '../../test/kit/simulated-machine.ts';
import { desiredHosts } from '../../test/kit/small-edge.ts';
import { isKnownDead, parseController, printController, thisController } from './controller.ts';
import type { Controller } from './controller.ts';

const now = new Date('2026-11-22T10:00:00Z');

test('this process is alive; a pid that was given to another process is not it', async () => {
  const self = await thisController(now);
  expect(await isKnownDead(self)).toBe(false);
  expect(await isKnownDead({ ...self, started: '1' })).toBe(true);
});

test('a process that ended is dead, and so is one from before the last boot', async () => {
  const child = spawn('sleep', ['60']);
  const self = await thisController(now);
  const pid = child.pid ?? 0;
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(await isKnownDead({ ...self, pid })).toBe(true);
  expect(await isKnownDead({ ...self, boot: 'another' })).toBe(true);
});

test('of a process on another computer nothing is known', async () => {
  const self = await thisController(now);
  expect(await isKnownDead({ ...self, machine: 'elsewhere', started: '1' })).toBe(false);
});

test('what is printed is one line and is read back; nonsense is not', async () => {
  const self = await thisController(now);
  expect(printController(self)).not.toContain('\n');
  expect(parseController(printController(self))).toEqual(self);
  expect(parseController('flock')).toBeUndefined();
});

test.each([
  [
    'of a dead apply of this computer is taken over at once',
    async () => ({ ...(await thisController(now)), started: '1' }),
    'done',
  ],
  ['of an apply elsewhere is respected', () => Promise.resolve(controller('other')), 'locked'],
] as const)('the lock %s', async (_what, holder, outcome) => {
  const machines = bareMachines(['web1']);
  const other: Controller = await holder();
  for (const machine of machines.values()) {
    put(machine, '/run/evenkeel/apply.lock', `${other.token}\n100\n${printController(other)}\n`);
  }
  const applied = applyTo({
    machines,
    desired: desiredHosts('v1').filter((host) => host.host === 'web1'),
    token: 'mine',
  });
  if (outcome === 'done') {
    expect(await applied).toMatchObject({ kind: 'done' });
    for (const machine of machines.values()) expect(machine.files.has('/run/evenkeel/apply.lock')).toBe(false);
  } else {
    await expect(applied).rejects.toMatchObject({ code: 'apply-locked' });
    for (const machine of machines.values()) {
      expect(textOf(machine.files.get('/run/evenkeel/apply.lock'))).toContain('other');
    }
  }
});
