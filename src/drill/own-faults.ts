import type { Diagnostic } from '../base/diagnostic.ts';
import { failure, type Result, success } from '../base/result.ts';
import { type Model, modelHosts } from '../model/model.ts';
import { faultName, type ModelFault, singleEvents } from '../proof/fault.ts';
import type { EdgeFile } from '../spec/read-edge-file.ts';
import { type FaultSpec, type FaultsWorld, readFaultsFile } from '../spec/read-faults-file.ts';
import type { DrillFault, Expectation } from './drill-fault.ts';

/** Reads the faults that a person wrote in a file (`drill --faults FILE`); the failure is everything that is wrong with it. */
export function ownFaults(model: Model, file: EdgeFile): Result<readonly DrillFault[], readonly Diagnostic[]> {
  const known = new Map(singleEvents(model).map((fault) => [faultName(fault), fault]));
  const read = readFaultsFile(file, faultsWorld(model));
  if (!read.ok) return failure(read.error);
  return success(read.value.map((spec) => ({ ...spec, expect: expectation(spec, known) })));
}

/** What a file of faults may speak of, for this model. */
export function faultsWorld(model: Model): FaultsWorld {
  return {
    hosts: modelHosts(model).map((host) => ({ name: host.name, role: host.kind })),
    networks: model.networks.map((network) => network.name),
    modelFaults: singleEvents(model).map(faultName),
  };
}

function expectation({ expect }: FaultSpec, known: ReadonlyMap<string, ModelFault>): Expectation {
  if (expect.kind === 'gap') return { kind: 'given', longestGapMs: expect.ms };
  const [first, ...others] = expect.faults;
  const find = (name: string): ModelFault => {
    const fault = known.get(name);
    if (fault === undefined) throw new Error(`the reader let the unknown fault ${name} pass`);
    return fault;
  };
  return { kind: 'proof', faults: [find(first), ...others.map(find)] };
}
