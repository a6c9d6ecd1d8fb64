import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Event, ignoreEvents } from '../../src/base/event.ts';
import { Fault } from '../../src/base/fault.ts';
import { buildImage, imageFolder } from '../../src/lab/image.ts';
import { missingPackages } from '../../src/lab/packages.ts';

let cache = '';
beforeEach(() => {
  cache = mkdtempSync('/var/tmp/evenkeel-image-');
  vi.stubEnv('EVENKEEL_CACHE', cache);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cache, { recursive: true, force: true });
});

const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const child = fileURLToPath(new URL('../kit/image-build-child.ts', import.meta.url));

/** What is in the images folder, besides the lock. */
function images(): readonly string[] {
  return readdirSync(`${cache}/images`).filter((entry) => entry !== '.lock');
}

/** Processes and mounts that mention the cache folder. */
function leftovers(): readonly string[] {
  const pids = readdirSync('/proc').filter((entry) => /^\d+$/.test(entry));
  const commands = pids.map((pid) => {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    } catch {
      return '';
    }
  });
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n');
  return [...commands, ...mounts].filter((text) => text.includes(`${cache}/images/`));
}

async function until(check: () => boolean): Promise<void> {
  const deadline = performance.now() + 120_000;
  while (!check()) {
    if (performance.now() > deadline) throw new Error(`not within 120 s: ${leftovers().join('\n')}`);
    await wait(100);
  }
}

async function refusalOf(work: Promise<unknown>): Promise<Fault | undefined> {
  const error: unknown = await work.catch((reason: unknown) => reason);
  return error instanceof Fault ? error : undefined;
}

describe('the image', () => {
  test('is complete and clean for both releases', async () => {
    vi.unstubAllEnvs();
    for (const release of ['debian13', 'debian12'] as const) {
      const folder = await buildImage(release, ignoreEvents);
      expect(folder).toBe(imageFolder(release));
      expect(readdirSync(`${folder}/usr/sbin`)).toEqual(expect.arrayContaining(['nginx', 'keepalived', 'pdns_server']));
      expect(readdirSync(`${folder}/etc/systemd/system/multi-user.target.wants`)).toEqual(
        ['remote-fs.target', 'ssh.service'].sort(),
      );
      expect(readdirSync(`${folder}/etc/ssh`).filter((entry) => entry.startsWith('ssh_host'))).toEqual([]);
      expect(await missingPackages(release)).toEqual([]);
    }
  });

  test('is not there after the controller was killed while it built, and nothing goes on building', async () => {
    const controller = spawn(node, [child], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env } });
    const ended = once(controller, 'exit');
    let said = '';
    controller.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    await until(() => (said.match(/task-progress/g) ?? []).length > 20);
    controller.kill('SIGKILL');
    await ended;
    expect(images().filter((entry) => entry.startsWith('debian13-'))).toEqual([]);
    await until(() => leftovers().length === 0);

    // The next build starts over, and an interrupted one leaves not even a folder.
    const stop = new AbortController();
    const refusal = await refusalOf(
      buildImage('debian13', (event) => void (event.code === 'task-progress' && stop.abort()), { signal: stop.signal }),
    );
    expect(refusal?.code).toBe('interrupted');
    expect(images()).toEqual([]);
    await until(() => leftovers().length === 0);
  });

  test('names the folder and the room it needs when the disk is too small', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'tmpfs', cache]);
    try {
      const refusal = await refusalOf(buildImage('debian13', ignoreEvents));
      expect(refusal?.code).toBe('disk-full');
      expect(refusal?.message).toContain(`needs 1.5 GB in ${cache}/images: 0.2 GB are free`);
    } finally {
      execFileSync('umount', [cache]);
    }
  });

  test('says so when the disk fills up on the way, and leaves no part of it', async () => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2g', 'tmpfs', cache]);
    try {
      const events: Event[] = [];
      const refusal = await refusalOf(
        buildImage(
          'debian13',
          (event) => {
            if (event.code === 'task-progress' && events.every((one) => one.code !== 'task-progress')) {
              execFileSync('mount', ['-o', 'remount,size=60m', cache]);
            }
            events.push(event);
          },
          // apt 2.6.1 says that the disk is full, or waits for its own unpacker for ever: about one time in twenty (seen).
          { patienceMs: 30_000 },
        ),
      );
      expect(refusal?.code).toBe('disk-full');
      expect(refusal?.details.next).toContain('EVENKEEL_CACHE');
      expect(events.at(-1)?.code).toBe('task-failed');
      expect(images()).toEqual([]);
    } finally {
      execFileSync('umount', [cache]);
    }
  });

  test.each([
    ['2g', 'image-build-failed', 'mmdebstrap said nothing any more'],
    ['700m', 'disk-full', '0.7 GB are free, and mmdebstrap said nothing any more'],
  ])('is given up when the build says nothing any more, with %s left', async (left, code, words) => {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2g', 'tmpfs', cache]);
    const tools = `${cache}/tools`;
    mkdirSync(tools);
    // Says one line and waits, deaf to a request to end, with a child that holds its output open.
    const lines = [
      '#!/bin/sh',
      'trap "" TERM',
      `mount -o remount,size=${left} ${cache}`,
      'echo "I: downloading"',
      'sleep 600 & wait; wait',
    ];
    writeFileSync(`${tools}/mmdebstrap`, lines.join('\n'), { mode: 0o755 });
    vi.stubEnv('PATH', `${tools}:${process.env['PATH'] ?? ''}`);
    try {
      const refusal = await refusalOf(buildImage('debian13', ignoreEvents, { patienceMs: 1_000 }));
      expect(refusal?.code).toBe(code);
      expect(refusal?.message).toContain(words);
      expect(refusal?.details.next).toBeDefined();
      expect(images().filter((name) => name.startsWith('debian13-'))).toEqual([]);
      await until(() => leftovers().length === 0);
    } finally {
      execFileSync('umount', [cache]);
    }
  });
});
