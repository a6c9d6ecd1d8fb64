import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { cgroupPlace, createCgroup, destroyCgroup } from '../../src/lab/cgroup.ts';

const { mount } = await cgroupPlace();
const folder = `${mount}/evenkeel-cgroup-test-${process.pid}`;

afterAll(async () => {
  await destroyCgroup(folder);
});

test('a machine that joins its cgroup while that is removed is killed, or comes too late', async () => {
  for (let round = 0; round < 300; round += 1) {
    await createCgroup(folder);
    // As a machine does: it joins by itself, a moment after it was started.
    const script = 'echo 0 > "$1/cgroup.procs" || exit 7; exec sleep 60';
    const child = spawn('sh', ['-c', script, 'joining', folder], { stdio: 'ignore' });
    const ended = once(child, 'exit');
    // Each round meets another moment of it.
    await new Promise((resolve) => setTimeout(resolve, (round % 20) / 4));
    await destroyCgroup(folder);
    expect(existsSync(folder)).toBe(false);
    const [code, signal] = await ended;
    expect([code, signal]).toEqual(signal === null ? [7, null] : [null, 'SIGKILL']);
  }
});
