import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { referenceModel } from '../model/reference-model.ts';
import type { ModelFault } from '../proof/fault.ts';
import { proveFaults } from '../proof/prove.ts';
import { wishesOf } from './holder-check.ts';

const model = exampleModel();

test('a killed keepalived may be back, where systemd starts it again, and nothing else is', () => {
  const or = (edge: typeof model, ...faults: [ModelFault, ...ModelFault[]]) =>
    wishesOf(edge, proveFaults(edge, faults)).map((wish) => wish.or);
  const killed = { kind: 'keepalived-killed', balancer: 'lb1' } as const;
  expect(or(model, killed)).toEqual([['lb1'], ['lb2']]);
  expect(or(referenceModel(model), killed)).toEqual([undefined, undefined]);
  expect(or(model, killed, { kind: 'nginx-dead', balancer: 'lb2' })).toEqual([undefined, undefined]);
});
