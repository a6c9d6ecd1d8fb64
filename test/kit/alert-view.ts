import { type EdgeView, emptyView, type Topology, topologyOf } from '../../src/report/edge-view.ts';
import { viewOfStatus } from '../../src/report/status-view.ts';
import { judgeStatus } from '../../src/report/status-judge.ts';
import { observeStatus } from '../../src/observe/status-observe.ts';
import { ignoreEvents } from '../../src/base/event.ts';
import { exampleModel } from './example-model.ts';
import { statusWorld, type WorldFaults } from './status-world.ts';

/** The example's topology. */
export const exampleTopology: Topology = topologyOf(exampleModel(), 'real');

/** What the dashboard shows of the example while these things are wrong. */
export async function viewWith(faults: WorldFaults): Promise<EdgeView> {
  const model = exampleModel();
  const { hosts, client } = statusWorld(model, faults);
  const now = (): Date => new Date('2026-11-29T12:00:00Z');
  const status = judgeStatus(model, await observeStatus({ model, hosts, client, now, emit: ignoreEvents }));
  const silent = model.balancers.map(({ name }) => name).filter((name) => faults.silent?.includes(name) === true);
  return {
    ...emptyView,
    ...viewOfStatus(emptyView, status, 100),
    holdings: model.vips.map(({ name, ipv4, preferred }) => ({
      key: name,
      addresses: [ipv4.text],
      preferred,
      holders: status.vips.find((row) => row.name === name)?.holders ?? [],
      silent,
      since: status.at,
    })),
    pending: [{ key: 'pending', state: 'nothing', hosts: [], text: '' }],
  };
}
