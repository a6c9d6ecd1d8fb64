import { describe, expect, it } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { referenceModel } from '../model/reference-model.ts';
import { guardFaults, type ModelFault } from './fault.ts';
import { promisedMs } from './outage.ts';
import { prove, proveFaults } from './prove.ts';

const model = exampleModel();
const hung: ModelFault = { kind: 'nginx-hung', balancer: 'lb1' };
const costMs = (...faults: readonly [ModelFault, ...ModelFault[]]) => promisedMs(proveFaults(model, faults).outage);

describe('an agent that is gone', () => {
  it('costs nothing, moves nothing, and stands in the table but in no pair', () => {
    const { singles, doubles } = prove(model);
    const agents = singles.filter(({ name }) => name.startsWith('agent-'));
    expect(agents.map(({ name }) => name)).toEqual(
      ['agent-dead', 'agent-hung', 'agent-restarted'].flatMap((kind) =>
        ['lb1', 'lb2', 'dns1', 'dns2'].map((host) => `${kind}:${host}`),
      ),
    );
    for (const { outage, vips, served } of agents) {
      expect([outage.kind, served]).toEqual(['none', 'everybody']);
      expect(vips.map(({ holders, connections }) => [holders, connections])).toEqual([
        [['lb1'], 'kept'],
        [['lb2'], 'kept'],
      ]);
    }
    expect(doubles.filter(({ name }) => name.includes('agent-'))).toEqual([]);
  });

  it('comes back before a hung NGINX of its balancer is noticed', () => {
    const alone = costMs(hung) ?? 0;
    expect(costMs({ kind: 'agent-dead', host: 'lb1' }, hung)).toBe(alone + 3_000);
    expect(costMs({ kind: 'agent-hung', host: 'lb1' }, hung)).toBe(alone + 13_000);
    expect(costMs({ kind: 'agent-restarted', host: 'lb1' }, hung)).toBe(alone + 3_000);
    expect(costMs({ kind: 'agent-hung', host: 'lb2' }, hung)).toBe(alone);
  });

  it("is no fault of the tutorial's pair, which has none", () => {
    expect(guardFaults(referenceModel(model))).toEqual([]);
  });
});
