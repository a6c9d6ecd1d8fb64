import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { nginxWorkers } from './nginx-workers.ts';
import { parseStubStatus } from './stub-status.ts';

let proc = '';
let pidPath = '';
beforeEach(() => {
  proc = mkdtempSync(join(tmpdir(), 'evenkeel-proc-'));
  pidPath = join(proc, 'nginx.pid');
  onTestFinished(() => rmSync(proc, { recursive: true }));
});

/** A master 100 with children that have these titles; undefined: one that has just ended. */
function world(titles: readonly (string | undefined)[]): void {
  writeFileSync(pidPath, '100\n');
  mkdirSync(join(proc, '100/task/100'), { recursive: true });
  writeFileSync(join(proc, '100/task/100/children'), titles.map((_, index) => `${200 + index} `).join(''));
  for (const [index, title] of titles.entries()) {
    if (title === undefined) continue;
    mkdirSync(join(proc, String(200 + index)));
    writeFileSync(join(proc, String(200 + index), 'cmdline'), `${title}\0\0\0`);
  }
}

test('workers of now and of before are told apart, and other children are neither', () => {
  world([
    'nginx: worker process',
    'nginx: worker process',
    'nginx: worker process is shutting down',
    'nginx: cache manager process',
    undefined,
  ]);
  expect(nginxWorkers(pidPath, proc)).toEqual({ current: 2, old: 1 });
});

test('an NGINX that does not run has none', () => {
  expect(nginxWorkers(pidPath, proc)).toEqual({ current: 0, old: 0 });
  writeFileSync(pidPath, '100\n');
  expect(nginxWorkers(pidPath, proc)).toEqual({ current: 0, old: 0 });
  world([]);
  expect(nginxWorkers(pidPath, proc)).toEqual({ current: 0, old: 0 });
});

test('the seven numbers', () => {
  // As NGINX 1.26.3 prints them.
  const text = `Active connections: 6 \nserver accepts handled requests\n 17 16 42 \nReading: 1 Writing: 2 Waiting: 3 \n`;
  expect(parseStubStatus(text)).toEqual({
    connections: { reading: 1, writing: 2, waiting: 3 },
    accepted: 17,
    handled: 16,
    requests: 42,
  });
  expect(() => parseStubStatus('<html>404</html>')).toThrow('seven numbers');
});
