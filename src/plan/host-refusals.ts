import type { HostFacts } from '../facts/host-facts.ts';
import { modelHosts } from '../model/model.ts';
import type { Model, ModelHost } from '../model/model.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import { agentPorts, neededPorts, portRefusals } from './needed-ports.ts';
import { programRefusals } from './program-changes.ts';
import type { Refusal } from './plan.ts';

/** Everything that forbids changing a host. */
export function hostRefusals(model: Model, desired: DesiredHost, facts: HostFacts): readonly Refusal[] {
  const host = facts.host;
  const edge = facts.manifest?.edge ?? model.name;
  const machine = machineOf(model, host);
  return [
    ...(edge === model.name ? [] : [otherEdge(host, edge, model.name)]),
    ...desired.units
      .filter((unit) => facts.units.get(unit)?.loadState === 'masked')
      .map((unit) => maskedUnit(host, unit)),
    ...desired.files
      .filter((file) => facts.files.get(file.path)?.kind === 'other')
      .map((file) => inTheWay(host, file.path)),
    ...programRefusals(desired.programs, facts),
    ...(machine === undefined
      ? []
      : portRefusals(machine, facts, [...neededPorts(model, machine), ...agentPorts(desired.units)])),
  ];
}

/** The machine of this name. */
export function machineOf(model: Model, name: string): ModelHost | undefined {
  return modelHosts(model).find((machine) => machine.name === name);
}

function otherEdge(host: string, found: string, wanted: string): Refusal {
  return {
    host,
    code: 'other-edge',
    message: `${host} belongs to the edge ${found}, not to ${wanted}`,
    next: `If it has moved, remove /var/lib/evenkeel/manifest.json on ${host}`,
  };
}

function maskedUnit(host: string, unit: string): Refusal {
  return {
    host,
    code: 'unit-masked',
    message: `${unit} on ${host} is masked, so somebody forbade it to run`,
    next: `Run \`systemctl unmask ${unit}\` on ${host}`,
  };
}

function inTheWay(host: string, path: string): Refusal {
  return {
    host,
    code: 'file-in-the-way',
    message: `${path} on ${host} must be a file and is a link, a directory or something else`,
    next: `Move ${path} on ${host} away`,
  };
}
