import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { agentSample, checksSample, statisticsSample } from '../../test/kit/metrics-sample.ts';
import { statusWorld, type WorldFaults } from '../../test/kit/status-world.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import { metricsAsker } from './collect-metrics.ts';

const model = exampleModel();
const { signal } = new AbortController();

function collect(faults: WorldFaults = {}) {
  return metricsAsker({ model, hosts: statusWorld(model, faults).hosts, signal })();
}

test('each balancer and nameserver says what it has counted', async () => {
  const found = await collect({
    metrics: { lb1: agentSample(), dns1: agentSample({ nginx: undefined }) },
    checks: { lb1: checksSample },
    statistics: { dns1: statisticsSample },
  });
  expect(found.map(({ host, kind }) => `${host} ${kind}`)).toEqual([
    'lb1 balancer',
    'lb2 balancer',
    'dns1 nameserver',
    'dns2 nameserver',
  ]);
  expect(found[0]).toMatchObject({
    agent: agentSample(),
    checks: [{ backend: 'web1:80' }, {}, {}],
    powerdns: undefined,
  });
  expect(found[2]?.powerdns?.get('udp-answers')).toBe(95);
  // Of an older version, which knows no such question.
  expect(found[1]).toMatchObject({ agent: undefined, checks: [] });
});

test('a host or an agent that is silent is part of the answer', async () => {
  const found = await collect({ silent: ['lb1'], mute: ['lb2'], metrics: { lb1: agentSample(), lb2: agentSample() } });
  expect(found.map(({ agent }) => agent)).toEqual([undefined, undefined, undefined, undefined]);
});

test('a host that hangs is waited for once, and no longer than anybody waits', async () => {
  const { hosts } = statusWorld(model, { metrics: { lb2: agentSample() } });
  const asked: string[] = [];
  const wake = Promise.withResolvers<undefined>();
  const hanging = memoryHost({
    name: 'lb1',
    respond: async ({ argv: [, , , , , , ...questions] }) => {
      asked.push(questions.join(' '));
      await wake.promise;
      const answers = questions.map((question) => ({ ok: true, answer: question === 'metrics' ? agentSample() : {} }));
      return { exitCode: 0, stdout: answers.map((answer) => JSON.stringify(answer)).join('\n'), stderr: '' };
    },
  });
  const collectNow = metricsAsker({ model, hosts: new Map([...hosts, ['lb1', hanging]]), signal, waitMs: 50 });
  const late = await collectNow();
  expect(late.map(({ host, agent }) => [host, agent !== undefined])).toEqual([
    ['lb1', false],
    ['lb2', true],
    ['dns1', false],
    ['dns2', false],
  ]);
  await collectNow();
  expect(asked).toEqual(['metrics backends']);
  // Whoever waits for longer has its answer.
  const again = metricsAsker({ model, hosts: new Map([...hosts, ['lb1', hanging]]), signal, waitMs: 20_000 })();
  wake.resolve(undefined);
  expect((await again)[0]?.agent).toEqual(agentSample());
});

test('nobody waits any more when all is to end', async () => {
  const stop = new AbortController();
  const hanging = memoryHost({ name: 'lb1', respond: () => new Promise(() => undefined) });
  const { hosts } = statusWorld(model);
  const collected = metricsAsker({
    model,
    hosts: new Map([...hosts, ['lb1', hanging]]),
    signal: stop.signal,
    waitMs: 3_600_000,
  })();
  stop.abort();
  expect((await collected)[0]).toMatchObject({ host: 'lb1', agent: undefined });
});
