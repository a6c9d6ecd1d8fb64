import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { serveAsks } from '../agent/ask-socket.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import { runLocal } from '../hosts/process.ts';
import { askAgent, askAgentAll, askAgentArgv } from './ask-agent.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'evenkeel-ask-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
});

/** The question as it is, to an agent's socket of this test, with so many seconds. */
async function askSocket(where: Where = {}) {
  return askAgent(hostHere(where));
}

interface Where {
  readonly seconds?: number;
  readonly installed?: string;
}

/** A memory host that runs the program here: what is read is what perl and the agent's own socket say. */
function hostHere({ seconds = 5, installed = directory }: Where = {}) {
  const [perl, flag, script] = askAgentArgv;
  const argv = [perl, flag, script, join(directory, 'agent.sock'), String(seconds), installed] as const;
  return memoryHost({
    name: 'lb1',
    respond: (command) => runLocal({ argv: [...argv, ...command.argv.slice(askAgentArgv.length)] }),
  });
}

async function serve(answer: (line: string) => Promise<string>): Promise<void> {
  const server = await serveAsks(join(directory, 'agent.sock'), answer);
  onTestFinished(() => server.close());
}

test('the agent is asked for its status, over its own socket', async () => {
  const asked: string[] = [];
  await serve(async (line) => {
    asked.push(line);
    return Promise.resolve(
      JSON.stringify({ ok: true, answer: { parts: { witness: { report: { yielded: ['vip1'] } } } } }),
    );
  });
  expect(await askSocket()).toMatchObject({ state: 'active', sight: { yielded: ['vip1'] } });
  expect(asked.map((line): unknown => JSON.parse(line))).toEqual([{ ask: 'status' }]);
});

test('one that refuses, says nothing, or is not there is told apart', async () => {
  expect(await askSocket()).toMatchObject({ state: 'silent', reason: expect.stringContaining('No such file') });
  expect(await askSocket({ installed: join(directory, 'agent') })).toMatchObject({ state: 'missing' });
  await serve(async (line) => (line.includes('status') ? new Promise(() => undefined) : Promise.resolve('')));
  expect(await askSocket({ seconds: 1 })).toMatchObject({
    state: 'silent',
    reason: 'the agent does not answer: no answer within 1 s',
  });
  await serve(async () => Promise.resolve('{"ok":false,"error":"not now"}'));
  expect(await askSocket()).toMatchObject({ state: 'silent', reason: expect.stringContaining('not now') });
});

test('several questions are one connection, and each answer is that of its question', async () => {
  await serve(async (line) => {
    if (line.includes('backends')) return Promise.resolve('{"ok":false,"error":"nobody answers backends"}');
    // A large answer, that comes in many pieces.
    return Promise.resolve(JSON.stringify({ ok: true, answer: { line, much: 'x'.repeat(500_000) } }));
  });
  const asked = await askAgentAll(hostHere(), ['metrics', 'backends', 'status']);
  if (asked?.state !== 'answered') throw new Error('no answer');
  expect(asked.answers).toMatchObject([{ line: '{"ask":"metrics"}' }, undefined, { line: '{"ask":"status"}' }]);
});

test('a host without an agent, and one whose agent is silent, say so for all questions', async () => {
  expect(await askAgentAll(hostHere({ installed: join(directory, 'none') }), ['metrics'])).toMatchObject({
    state: 'missing',
  });
  expect(await askAgentAll(hostHere(), ['metrics'])).toMatchObject({ state: 'silent' });
});
