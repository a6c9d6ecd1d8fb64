import { describe, expect, test } from 'vitest';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { agentConfig } from '../model/agent-config.ts';
import { readAgentConfig } from './read-config.ts';

const models = [exampleModel(), dualStackModel()];
const hosts = models.flatMap((model) => [...model.balancers, ...model.nameservers].map((host) => ({ model, host })));

/** One field of the text of a configuration, taken away or replaced. */
function without(change: (value: Record<string, unknown>) => void): string {
  const value: Record<string, unknown> = JSON.parse(textOf(0));
  change(value);
  return JSON.stringify(value);
}

function textOf(index: number): string {
  const one = hosts[index];
  if (one === undefined) throw new Error('no such host');
  return JSON.stringify(agentConfig(one.model, one.host));
}

describe("an agent's configuration", () => {
  test('is read as it was written, for every host of every example', () => {
    for (const { model, host } of hosts) {
      const config = agentConfig(model, host);
      expect(readAgentConfig(JSON.stringify(config))).toEqual({ ok: true, value: config });
    }
  });

  test.each([
    ['', 'it is not a JSON object'],
    ['{"format":1', 'it is not a JSON object'],
    ['[]', 'it is not a JSON object'],
    ['{}', 'it has format undefined; this agent reads format 1'],
    ['{"format":"1"}', 'it has format "1"; this agent reads format 1'],
    [without((value) => delete value['host']), '"host" must be a text and is missing'],
    [without((value) => (value['role'] = 'web')), 'its role is web'],
    [without((value) => (value['vips'] = {})), '"vips" must be a list and is {}'],
    [without((value) => (value['peers'] = [1])), '"peers" must be objects and is 1'],
    [
      without((value) => (value['readiness'] = { name: 'x', host: 'x', intervalMs: 0 })),
      '"intervalMs" must be a number above 0 and is 0',
    ],
  ])('%s is refused', (text, error) => {
    expect(readAgentConfig(text)).toEqual({ ok: false, error });
  });

  test('any text cut off anywhere is refused', () => {
    const text = textOf(0);
    for (let length = 0; length < text.length; length += 7) {
      expect(readAgentConfig(text.slice(0, length)).ok).toBe(false);
    }
  });

  test('fields it does not know are passed over', () => {
    expect(readAgentConfig(without((value) => (value['later'] = true))).ok).toBe(true);
  });
});
