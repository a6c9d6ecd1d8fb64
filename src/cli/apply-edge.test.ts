import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { testContext } from '../../test/kit/cli-context.ts';
import { bareMachines } from '../../test/kit/simulated-edge.ts';
import { smallModel } from '../../test/kit/small-edge.ts';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import type { Host } from '../hosts/host.ts';
import { managedHosts } from '../model/model.ts';
import { applyEdge, type ApplyRequest } from './apply-edge.ts';
import { applyRows } from './apply-records.ts';
import type { Edge } from './edge-file.ts';

let edge: Edge;
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-apply-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const stateDirectory = join(directory, '.evenkeel', 'small');
  edge = { file: 'edge.yaml', directory, stateDirectory, text: '', model: smallModel };
});

const names = managedHosts(smallModel).map(({ name }) => name);
const real = { kind: 'real' } as const;

/** An apply for which nobody is asked, to hosts of which one may be gone. */
function apply(gone: string, changes: Partial<ApplyRequest> = {}) {
  const hosts = new Map<string, Host>(
    [...bareMachines(names)].map(([name, machine]) => [
      name,
      machine.connect(name === gone ? { at: 1, moment: 'before' } : undefined),
    ]),
  );
  const edgeHosts = { hosts, client: undefined, close: async () => Promise.resolve() };
  const { context } = testContext(edge.directory);
  return applyEdge(context, edge, { edgeHosts, place: real, consent: 'given', show: 'nothing', ...changes });
}

test('an apply that a host refused is kept, for every host of the edge', async () => {
  expect(applyRows(edge, real)()).toEqual([]);
  const fault = await thrownFault(apply('dns1'));
  expect(applyRows(edge, real)()).toMatchObject(
    names.toSorted().map((key) => ({ key, result: 'not-done', note: fault.message })),
  );
  expect(applyRows(edge, { kind: 'lab', suffix: '' })()).toEqual([]);
});
