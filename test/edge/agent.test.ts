import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ignoreEvents } from '../../src/base/event.ts';
import { backendFault } from '../../src/drill/backend-faults.ts';
import type { DrillStep } from '../../src/drill/drill-fault.ts';
import { planLoad } from '../../src/drill/plan-load.ts';
import type { ProbeRecord } from '../../src/drill/probe.ts';
import { labFault, labHeal } from '../../src/lab/cause-fault.ts';
import { agentProgramPath, agentUnit } from '../../src/model/agent-paths.ts';
import { evenkeel } from '../kit/cli.ts';
import { edgeCommand } from '../kit/edge-command.ts';
import { type EdgeLab, eventually } from '../kit/edge-lab.ts';
import { exampleModel } from '../kit/example-model.ts';
import { holderCounts, settledEdge, underLoad } from '../kit/loaded-lab.ts';
import { openSharedEdge, sharedFlags } from '../kit/shared-edge.ts';
import { sharedSuffix } from '../kit/shared-suffix.ts';

/** The agents of a real edge: backends, witnesses, and what a balancer does that sees none of them. */
const model = exampleModel();
const flags = sharedFlags;
let lab: EdgeLab;
let ca = '';

beforeAll(async () => {
  ({ lab, ca } = await openSharedEdge());
});
afterEach(async () => {
  // A test that failed must not leave its fault to the next.
  await labHeal(lab.name, ignoreEvents);
});
afterAll(async () => {
  await lab.leave();
});

const holders = (): Promise<string> => holderCounts(lab);

const settled = (): Promise<void> => settledEdge(lab);

/** What the agent of a balancer makes NGINX do with each web server. */
async function uses(balancer: string): Promise<string> {
  const answer = JSON.parse(await lab.on(balancer, '/usr/local/lib/evenkeel/agent', 'ask', 'backends'));
  const [pool] = answer.verdict;
  return pool.backends.map((one: { use: string; belief: string }) => `${one.use}/${one.belief}`).join(' ');
}

async function everyUse(wanted: string): Promise<void> {
  await eventually(
    async () => [await uses('lb1'), await uses('lb2')],
    (seen) => seen.every((one) => one === wanted),
  );
}

async function loaded(during: () => Promise<void>): Promise<readonly ProbeRecord[]> {
  const order = planLoad(model, {
    target: 'drill-target',
    ca,
    rates: {
      newConnectionEveryMs: 20,
      byNameEveryMs: 200,
      keepAliveClients: 8,
      downloadBytes: 1024 * 1024,
      uploadBytes: 1024 * 1024,
    },
  });
  return underLoad(lab, order, async (records) => {
    await eventually(
      async () => records.filter((record) => record.kind === 'request').length,
      (count) => count > 50,
    );
    await during();
  });
}

const requests = (records: readonly ProbeRecord[]) => records.filter((record) => record.kind === 'request');
const failures = (records: readonly ProbeRecord[]): readonly string[] =>
  requests(records).flatMap(({ stream, failure }) => (failure === undefined ? [] : [`${stream}: ${failure}`]));

describe('a backend', () => {
  test('that dies fails no request, leaves rotation on both balancers, and comes back', async () => {
    await everyUse('up/up up/up');
    const records = await loaded(async () => {
      await labFault(lab.name, { kind: 'kill', machine: 'web1', service: 'nginx', processes: 'all' });
      // It is started again by its unit; what counts is that nobody noticed.
      await labFault(lab.name, { kind: 'stop', machine: 'web1', service: 'nginx' });
      await everyUse('down/down up/up');
    });
    expect([failures(records), requests(records).length > 100]).toEqual([[], true]);
    await labHeal(lab.name, ignoreEvents);
    await everyUse('up/up up/up');
  });

  test('that a person drains gets nothing, over a restart of the agent and of NGINX, without a reload', async () => {
    const before = await lab.on('lb1', 'cat', '/run/nginx.pid');
    const drained = await evenkeel('drain', ...flags, 'web1');
    expect([drained.exitCode, drained.stdout]).toEqual([0, 'web1 gets no new clients from lb1, lb2\n']);
    await everyUse('drain/up up/up');
    await lab.on('lb1', 'systemctl', 'restart', 'evenkeel-agent.service');
    await everyUse('drain/up up/up');
    const records = await loaded(() => Promise.resolve());
    expect(new Set(requests(records).map(({ server }) => server))).toEqual(new Set(['web2']));
    expect(failures(records)).toEqual([]);
    expect(await lab.on('lb1', 'cat', '/run/nginx.pid')).toBe(before);

    const back = await evenkeel('undrain', ...flags, 'web1');
    expect(back.exitCode).toBe(0);
    await everyUse('up/up up/up');
    const wrong = await evenkeel('drain', ...flags, 'web9');
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      2,
      expect.stringContaining('write one of lb1, lb2, web1:80, web2:80'),
    ]);
  });
});

describe('a backend that answers 200', () => {
  test('with the wrong body leaves rotation, and comes back', async () => {
    const edge = await edgeCommand(sharedSuffix(), { keys: 'kept' });
    try {
      await edge.edit((text) => text.replace('web: {', 'web: { check: { body: evenkeel },'));
      expect(await edge.run('apply', '--yes')).toMatchObject({ code: 0 });
      await everyUse('up/up up/up');
      const pools = model.pools.map((pool) => ({ ...pool, check: { ...pool.check, body: 'evenkeel' } }));
      const { cause, heal } = backendFault({ ...model, pools }, { kind: 'backend-wrong', backend: 'web1' });
      await take(cause);
      await everyUse('down/down up/up');
      await take(heal);
      await everyUse('up/up up/up');
    } finally {
      await edge.remove();
    }
    expect((await evenkeel('apply', ...flags, '--yes')).exitCode).toBe(0);
  });
});

/** The steps of a drill that are commands. */
async function take(steps: readonly DrillStep[]): Promise<void> {
  for (const step of steps) {
    if (step.kind !== 'command') throw new Error(`${step.kind} is no command`);
    await lab.on(step.host, ...step.argv);
  }
}

describe('an agent', () => {
  test('of another release is replaced by apply under load: nothing moves, nothing fails', async () => {
    for (const balancer of ['lb1', 'lb2']) {
      await lab.on(balancer, 'sh', '-c', `echo '// of another release' >>${agentProgramPath}`);
      await lab.on(balancer, 'systemctl', 'restart', agentUnit);
    }
    await settled();
    const pid = (): Promise<string> => lab.on('lb1', 'systemctl', 'show', '-p', 'MainPID', agentUnit);
    const before = await pid();
    const records = await loaded(async () => {
      expect((await evenkeel('apply', ...flags, '--yes')).exitCode).toBe(0);
      expect(await holders()).toBe('1,1');
    });
    expect([failures(records), await pid()]).toEqual([[], expect.not.stringContaining(before)]);
    expect(await lab.on('lb1', 'tail', '-n', '1', agentProgramPath)).not.toContain('another release');
  });
});

describe('a balancer', () => {
  test('that reaches no backend while the other one does gives its VIP up, and gets it back', async () => {
    for (const to of ['web1', 'web2']) {
      await labFault(lab.name, { kind: 'partition', from: 'lb1', to, direction: 'two-way' });
    }
    await eventually(holders, (counts) => counts === '0,2');
    // Both are well: it is lb1 that does not reach them.
    expect(await uses('lb1')).toContain('unreachable-from-here');
    expect(await uses('lb2')).toBe('up/up up/up');
    await labHeal(lab.name, ignoreEvents);
    await settled();
  });

  test('serves on when nobody reaches a backend', async () => {
    for (const machine of ['web1', 'web2']) {
      await labFault(lab.name, { kind: 'stop', machine, service: 'nginx' });
    }
    // Too few are up: all are used.
    await everyUse('up/down up/down');
    expect(await holders()).toBe('1,1');
    await labHeal(lab.name, ignoreEvents);
    await everyUse('up/up up/up');
  });

  test('whose NGINX died is watched before its VIP comes home, and loses nothing then', async () => {
    await labFault(lab.name, { kind: 'kill', machine: 'lb1', service: 'nginx', processes: 'all' });
    await eventually(holders, (counts) => counts === '0,2');
    const records = await loaded(settled);
    expect(failures(records)).toEqual([]);
    const taken = await lab.on('lb1', 'nft', 'list', 'set', 'ip', 'evenkeel-handover', 'taken');
    expect(taken).toContain('192.168.10.100');
  });
});

describe('two balancers that do not hear each other', () => {
  test('agree by the witnesses on one holder for each VIP', async () => {
    await labFault(lab.name, { kind: 'partition', from: 'lb1', to: 'lb2', direction: 'two-way' });
    const words = (balancer: string): Promise<string> =>
      lab.on(balancer, '/usr/local/lib/evenkeel/agent', 'ask', 'status');
    await eventually(
      async () => [await words('lb1'), await words('lb2'), await holders()],
      ([one = '', other = '', counts]) =>
        one.includes('"yielded":["vip2"]') && other.includes('"yielded":["vip1"]') && counts === '1,1',
    );
    await labHeal(lab.name, ignoreEvents);
    await eventually(
      async () => [await words('lb1'), await words('lb2')],
      (said) => said.every((one) => one.includes('"yielded":[]')),
    );
    await settled();
  });
});
