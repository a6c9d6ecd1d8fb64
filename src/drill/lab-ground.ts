import type { Host } from '../hosts/host.ts';
import { labFault } from '../lab/cause-fault.ts';
import { clientMachine } from '../lab/lab-of-model.ts';
import { labNamespace, machineNamespace } from '../lab/lab-paths.ts';
import { labStatus } from '../lab/lab-status.ts';
import { type Model, modelHosts } from '../model/model.ts';
import type { Causer } from './causer.ts';
import type { DrillFault } from './drill-fault.ts';
import type { DrillGround } from './drill-ground.ts';
import type { LoadOrder } from './load-stream.ts';
import { forgetReturns } from './forget-returns.ts';
import { labAddresses } from './lab-addresses.ts';
import { openProbe } from './open-probe.ts';
import { watchStalls } from './probe/stalls.ts';
import { type Neighbourhood, watchEdge } from './watch-edge.ts';

interface LabGround {
  readonly model: Model;
  /** The lab's name. */
  readonly lab: string;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly causer: Causer;
  readonly order: LoadOrder;
}

/** A running lab: the load comes from its client machine. */
export function labGround({ model, lab, hosts, causer, order }: LabGround): DrillGround {
  return {
    causer,
    order,
    openProbe: (onRecord) => openProbe(order, { kind: 'lab', lab, machine: clientMachine(model) }, onRecord),
    watch: async (onRecord, onBug) => {
      await forgetReturns(model, hosts);
      const neighbourhoods = labNeighbourhoods(model, lab);
      const addresses = labAddresses(lab);
      const edge = await watchEdge({ model, hosts, ask: addresses.ask, neighbourhoods, onRecord, onBug }).catch(
        async (error: unknown) => {
          await addresses.stop();
          throw error;
        },
      );
      // The machines share this computer: what it keeps waiting here, it keeps waiting there.
      const stopStalls = watchStalls('lab', onRecord);
      return {
        stop: async () => {
          stopStalls();
          await edge.stop();
          await addresses.stop();
        },
      };
    },
    strays: (fault) => labStrays(model, lab, fault),
    revive: async (machines) => {
      for (const machine of machines) await labFault(lab, { kind: 'power-on', machine });
    },
  };
}

/** The client sees the VIPs of its own network; the lab's router those of the others, on the client's behalf. */
function labNeighbourhoods(model: Model, lab: string): readonly Neighbourhood[] {
  const near = model.vips.filter((vip) => vip.network === model.lab.clientNetwork).map((vip) => vip.name);
  const far = model.vips.map((vip) => vip.name).filter((vip) => !near.includes(vip));
  const of = (namespace: string, vips: readonly string[]): readonly Neighbourhood[] =>
    vips.length === 0 ? [] : [{ place: { kind: 'namespace', namespace }, vips }];
  return [...of(machineNamespace(lab, clientMachine(model)), near), ...of(labNamespace(lab), far)];
}

/** Machines of the lab that are off although no step of the fault turned them off; a lab that is gone has all of them off. */
async function labStrays(model: Model, lab: string, fault: DrillFault): Promise<readonly string[]> {
  const turnedOff = [...fault.cause, ...fault.heal].flatMap((step) => (step.kind === 'machine' ? [step.host] : []));
  const status = await labStatus(lab);
  const all = modelHosts(model).map((host) => host.name);
  const off = status === undefined ? all : status.hosts.filter((host) => !host.running).map((host) => host.name);
  return off.filter((name) => !turnedOff.includes(name));
}
