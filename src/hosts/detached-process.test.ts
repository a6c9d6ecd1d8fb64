import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { Fault } from '../base/fault.ts';
import { startDetached } from './detached-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'detached-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('a detached process', () => {
  test('outlives the program that started it, and writes into its log', async () => {
    const module = fileURLToPath(new URL('detached-process.ts', import.meta.url));
    const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
    const logPath = join(folder, 'log');
    const argv = ['sh', '-c', 'read go < "$FIFO"; echo "$go"'];
    const fifo = join(folder, 'fifo');
    spawnSync('mkfifo', [fifo]);
    const script = `const { startDetached } = await import(${JSON.stringify(module)});
      console.log(await startDetached(${JSON.stringify({ argv, env: { FIFO: fifo }, logPath })}));`;
    const ended = spawnSync(node, ['--input-type=module', '-e', script], { encoding: 'utf8', timeout: 20_000 });
    const pid = Number(ended.stdout);
    expect(existsSync(`/proc/${pid}`)).toBe(true);
    // The sixth field of proc(5), stat is the session: its own.
    expect(readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[5]).toBe(String(pid));
    spawnSync('sh', ['-c', 'echo alive > "$1"', 'sh', fifo]);
    await vi.waitFor(() => expect(readFileSync(logPath, 'utf8')).toBe('alive\n'), 5_000);
  });

  test('that is not there is a fault', async () => {
    const starting = startDetached({ argv: ['/no/such/program'], logPath: join(folder, 'none') });
    const refusal: unknown = await starting.catch((error: unknown) => error);
    expect(refusal instanceof Fault && refusal.code).toBe('tool-missing');
  });
});
