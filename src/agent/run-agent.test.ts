import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { agentConfig } from '../model/agent-config.ts';
import { objectAt } from '../facts/fields.ts';
import { parseAgentStatus } from '../facts/status-agent.ts';
import type { AgentSight } from '../facts/status-agent.ts';
import type { AgentPart } from './agent-part.ts';
import { askOnce } from './ask-socket.ts';
import { runAgent } from './run-agent.ts';
import type { GuardState } from './witness/guard-vips.ts';
import type { SegmentState } from './witness/watch-segment.ts';

const model = exampleModel();
const [balancer] = model.balancers;
if (balancer === undefined) throw new Error('no balancer');
const config = agentConfig(model, balancer);

let folder = '';
let stop = new AbortController();
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'evenkeel-agent-'));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await rm(folder, { recursive: true });
});

/** A running agent, what it logged and what it told systemd. */
function start(parts: Readonly<Record<string, AgentPart>>) {
  const lines: string[] = [];
  const told: string[] = [];
  const socketPath = join(folder, 'agent', 'agent.sock');
  const ended = runAgent(
    {
      config,
      parts: new Map(Object.entries(parts)),
      socketPath,
      log: (line) => lines.push(line),
      now: () => performance.now(),
      tell: (word) => {
        told.push(word);
        return Promise.resolve();
      },
      watchdogMs: 20,
    },
    stop.signal,
  );
  const ask = async (request: unknown): Promise<unknown> =>
    JSON.parse(await askOnce(socketPath, typeof request === 'string' ? request : JSON.stringify(request), 20_000));
  return { lines, told, ended, ask };
}

async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('never');
    await wait(5);
  }
}

/** Runs until the agent ends. */
const patient: AgentPart = async (context, signal) => {
  context.report({ well: true });
  context.register('echo', (request) => request['word']);
  context.register('refuse', () => {
    throw new Error('not today');
  });
  await new Promise<void>((done) => signal.addEventListener('abort', () => done()));
};

describe('an agent', () => {
  test('answers status in words that the status of the edge reads', async () => {
    const guard: GuardState = { heard: ['lb2'], isolated: true, yielded: ['vip1'], announced: [], alarms: ['beware'] };
    const segment: SegmentState = {
      strangers: ['192.0.2.7'],
      conflicts: [{ vip: 'vip1', macs: ['02:00:00:00:00:07'] }],
    };
    const saying =
      (report: unknown): AgentPart =>
      async (context, signal) => {
        context.report(report);
        await new Promise<void>((done) => signal.addEventListener('abort', () => done()));
      };
    const broken: AgentPart = () => Promise.reject(new Error('no socket'));
    const agent = start({ witness: saying(guard), segment: saying(segment), broken });
    const sight = async (): Promise<AgentSight> => {
      const answer = await agent.ask({ ask: 'status' });
      return parseAgentStatus(objectAt(answer, 'answer'));
    };
    await until(() => agent.told.includes('READY=1'));
    await until(async () => (await sight()).failedParts.length > 0);
    expect(await sight()).toMatchObject({
      isolated: true,
      yielded: ['vip1'],
      alarms: ['beware'],
      ...segment,
      blind: false,
      settlingMs: undefined,
    });
    stop.abort();
    await agent.ended;
  });

  test('answers status and what its parts registered, and ends with the signal', async () => {
    const agent = start({ patient });
    await until(() => agent.told.includes('WATCHDOG=1'));
    expect(await agent.ask({ ask: 'status' })).toMatchObject({
      ok: true,
      answer: {
        format: 1,
        host: 'lb1',
        role: 'balancer',
        parts: { patient: { state: 'running', failures: 0, report: { well: true } } },
      },
    });
    expect(await agent.ask({ ask: 'echo', word: 'hello' })).toEqual({ ok: true, answer: 'hello' });
    expect(await agent.ask({ ask: 'echo' })).toEqual({ ok: true, answer: null });
    expect(await agent.ask({ ask: 'refuse' })).toEqual({ ok: false, error: 'not today' });
    expect(await agent.ask({ ask: 'what' })).toEqual({
      ok: false,
      error: 'nobody answers what; known: echo, refuse, status',
    });
    expect(await agent.ask('nonsense')).toMatchObject({ ok: false });
    stop.abort();
    await agent.ended;
    expect(agent.told.at(0)).toBe('READY=1');
    expect(agent.told.at(-1)).toBe('STOPPING=1');
    await expect(agent.ask({ ask: 'status' })).rejects.toThrow(/ENOENT|ECONNREFUSED/);
  });

  test('ends what a part had begun when it fails, and before it begins it again', async () => {
    const ends: string[] = [];
    let begun = 0;
    const broken: AgentPart = async (_, signal) => {
      begun += 1;
      const run = begun;
      signal.addEventListener('abort', () => ends.push(`run ${run}`));
      // A loop of its own, which is not waited for: as the checks of backends are.
      if (run === 1) throw new Error('broken');
      ends.push(`run ${run} begins`);
      await once(signal, 'abort');
    };
    const agent = start({ broken, patient });
    await until(() => begun >= 2);
    expect(ends).toEqual(['run 1', 'run 2 begins']);
    stop.abort();
    await agent.ended;
    expect(ends).toEqual(['run 1', 'run 2 begins', 'run 2']);
  });

  test('begins a part again that fails, while the others go on', async () => {
    let begun = 0;
    const broken: AgentPart = () => {
      begun += 1;
      return begun === 1 ? Promise.reject(new Error('broken')) : Promise.resolve();
    };
    const agent = start({ broken, patient });
    await until(() => begun >= 3);
    expect(await agent.ask({ ask: 'status' })).toMatchObject({
      answer: { parts: { patient: { state: 'running', failures: 0 }, broken: { failures: expect.any(Number) } } },
    });
    expect(agent.lines.join('\n')).toContain('broken: failed, and is begun again: Error: broken');
    expect(agent.lines.join('\n')).toContain('broken: failed, and is begun again: it ended by itself');
    stop.abort();
    await agent.ended;
  });

  test('takes the place of a socket that a killed one left, and two parts can not answer one name', async () => {
    const first = start({ patient });
    await until(() => first.told.includes('READY=1'));
    const second = start({ patient, other: patient });
    await until(() => second.told.includes('READY=1'));
    await until(() => second.lines.some((line) => line.includes('patient answers echo already')));
    stop.abort();
    await Promise.all([first.ended, second.ended]);
  });
});
