import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { outgoingAlert } from '../../../test/kit/outgoing-alert.ts';
import { sendCommand } from './send-command.ts';

let directory = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'evenkeel-command-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
});

const send = (argv: readonly [string, ...string[]], signal = AbortSignal.timeout(20_000)) =>
  sendCommand({ kind: 'command', argv }, outgoingAlert(), { directory, signal });

test('the document is on its standard input, in the directory of the edge file', async () => {
  expect(await send(['sh', '-c', 'cat > got; echo paged ann'])).toEqual({ kind: 'taken', said: 'exit 0: paged ann' });
  expect(readFileSync(join(directory, 'got'), 'utf8')).toBe(outgoingAlert().document);
});

test('its words are words: no shell reads them', async () => {
  expect(await send(['printf', '%s|', '$(id)', '; rm x', '`ls`'])).toMatchObject({
    said: 'exit 0: $(id)|; rm x|`ls`|',
  });
});

test('a relative path is beside the edge file', async () => {
  writeFileSync(join(directory, 'page'), '#!/bin/sh\ncat >/dev/null\necho here\n', { mode: 0o755 });
  expect(await send(['./page'])).toMatchObject({ kind: 'taken', said: 'exit 0: here' });
});

test('one that does not read is no failure', async () => {
  expect(await send(['true'])).toEqual({ kind: 'taken', said: 'exit 0' });
});

test('another exit is tried again, with its words', async () => {
  expect(await send(['sh', '-c', 'echo no network >&2; exit 7'])).toMatchObject({
    kind: 'failed',
    said: 'exit 7: no network',
    next: 'run sh by hand with a JSON document on standard input',
  });
});

test('one that is not there', async () => {
  expect(await send(['/nowhere/page'])).toMatchObject({
    kind: 'failed',
    said: expect.stringContaining('/nowhere/page'),
  });
});

test('one that hangs is stopped', async () => {
  expect(await send(['sleep', '600'], AbortSignal.timeout(500))).toMatchObject({
    kind: 'failed',
    said: 'sleep did not end in time, and was stopped',
  });
});
