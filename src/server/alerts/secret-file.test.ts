import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { readReceiverFile } from './secret-file.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-secret-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

function write(content: string, mode = 0o600): void {
  writeFileSync(join(directory, 'token'), content);
  chmodSync(join(directory, 'token'), mode);
}

test('a secret is its one line, by a path of either kind', async () => {
  write('s3cr3t pass\n');
  expect(await readReceiverFile(directory, 'token', 'secret')).toEqual({ ok: true, value: 's3cr3t pass' });
  expect(await readReceiverFile('/', join(directory, 'token'), 'secret')).toEqual({ ok: true, value: 's3cr3t pass' });
});

test.each([0o644, 0o640, 0o604, 0o622])('mode %o is refused, and the secret is not told', async (mode) => {
  write('s3cr3t', mode);
  const read = await readReceiverFile(directory, 'token', 'secret');
  expect(read).toMatchObject({ ok: false, error: { fix: 'chmod 600 token' } });
  expect(JSON.stringify(read)).not.toContain('s3cr3t');
});

test('certificates are no secret', async () => {
  write('-----BEGIN\nCERTIFICATE-----\n', 0o644);
  expect(await readReceiverFile(directory, 'token', 'certificates')).toMatchObject({ ok: true });
});

test.each([
  ['several lines', 'a\nb\n', 'more than one line'],
  ['what would add a header', 'a\r\nX-Evil: 1', 'more than one line'],
  ['nothing', '\n', 'is empty'],
  ['a book', 'x'.repeat(5_000), 'larger than 4096 bytes'],
])('%s is refused', async (_, content, words) => {
  write(content);
  expect(await readReceiverFile(directory, 'token', 'secret')).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining(words) },
  });
});

test('what is not there, and what is no file, says what to do', async () => {
  expect(await readReceiverFile(directory, 'none', 'secret')).toMatchObject({
    error: { message: 'there is no file none', fix: expect.stringContaining('relative to the edge file') },
  });
  mkdirSync(join(directory, 'folder'));
  expect(await readReceiverFile(directory, 'folder', 'secret')).toMatchObject({
    error: { message: 'folder is no file' },
  });
});
