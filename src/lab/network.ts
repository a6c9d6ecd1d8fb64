import { readdir } from 'node:fs/promises';
import { Fault } from '../base/fault.ts';
import { runLocal } from '../hosts/process.ts';
import type { LabDefinition, LabMachine } from './definition.ts';
import { belongsToLab, labNamespace, machineNamespace, portName } from './lab-paths.ts';
import { bridgeCommands, cableCommands, machineCommands } from './link-commands.ts';

/** Where ip-netns(8) keeps named namespaces. */
export const namespaceFolder = '/run/netns';

/** Makes the lab's own namespace with its bridges, gateways and forwarding. */
export async function createLabNetwork(definition: LabDefinition): Promise<void> {
  const namespace = labNamespace(definition.name);
  await ip(['netns', 'add', namespace]);
  await batch(namespace, bridgeCommands(definition));
  const settings = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];
  await tool([
    'nsenter',
    `--net=${namespaceFolder}/${namespace}`,
    'sysctl',
    '--quiet',
    '--ignore',
    '--write',
    ...settings,
  ]);
}

/** Makes a machine's namespace and lays its cables. */
export async function connectMachine(definition: LabDefinition, machine: LabMachine): Promise<void> {
  const namespace = machineNamespace(definition.name, machine.name);
  await removeOldCables(definition, machine);
  await ip(['netns', 'add', namespace]);
  await batch(labNamespace(definition.name), cableCommands(definition, machine));
  await batch(namespace, machineCommands(definition, machine));
}

/**
 * Cables outlive a machine's namespace for as long as anything keeps that namespace open, such as a program that was
 * started in another one before. Deleting the lab's end deletes the far one too.
 */
async function removeOldCables(definition: LabDefinition, machine: LabMachine): Promise<void> {
  const machineIndex = definition.machines.indexOf(machine);
  const ports = machine.interfaces.map((_, index) => portName(machineIndex, index));
  const lab = labNamespace(definition.name);
  const shown = await runLocal({ argv: ['ip', '-netns', lab, '-oneline', 'link', 'show'], terminal: 'shielded' });
  const old = ports.filter((port) => shown.stdout.includes(` ${port}@`));
  await batch(
    lab,
    old.map((port) => `link delete ${port}`),
  );
}

/** Removes a machine's namespace, and with it its cables and every address it held. */
export async function disconnectMachine(lab: string, machine: string): Promise<void> {
  const namespace = machineNamespace(lab, machine);
  if ((await labNamespaces(lab)).includes(namespace)) await ip(['netns', 'delete', namespace]);
}

/** Pulls or plugs in all cables of a machine, at the lab's end, as a switch does. */
export async function setCables(definition: LabDefinition, machine: LabMachine, state: 'up' | 'down'): Promise<void> {
  const machineIndex = definition.machines.indexOf(machine);
  const lines = machine.interfaces.map((_, index) => `link set ${portName(machineIndex, index)} ${state}`);
  await batch(labNamespace(definition.name), lines);
}

/** The lab's network namespaces that exist on this computer. */
export async function labNamespaces(lab: string): Promise<readonly string[]> {
  const names = await readdir(namespaceFolder).catch(() => []);
  return names.filter((name) => belongsToLab(lab, name)).sort();
}

/** Removes the lab's namespaces. No process may be left in them. */
export async function removeNamespaces(lab: string): Promise<void> {
  await Promise.all((await labNamespaces(lab)).map((name) => ip(['netns', 'delete', name])));
}

async function batch(namespace: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  await tool(['ip', '-netns', namespace, '-batch', '-'], `${lines.join('\n')}\n`);
}

async function ip(args: readonly string[]): Promise<void> {
  await tool(['ip', ...args]);
}

async function tool(argv: readonly [string, ...string[]], stdin?: string): Promise<void> {
  // Shielded: Ctrl-C must not end it halfway, since cleaning up needs it too.
  const outcome = await runLocal({ argv, terminal: 'shielded', ...(stdin === undefined ? {} : { stdin }) });
  if (outcome.exitCode === 0) return;
  const said = outcome.stderr.trim();
  const unsupported = /Unknown device type|Operation not supported|Protocol not supported/.test(said);
  throw new Fault({
    code: unsupported ? 'kernel-feature-missing' : 'command-failed',
    message: unsupported
      ? "this computer's kernel has no bridges, veth links or network namespaces"
      : 'the network of the lab could not be changed',
    command: argv,
    said: stdin === undefined ? said : `${said}\n${stdin.trim()}`,
    ...(unsupported ? { next: 'modprobe bridge veth, or run the lab on a Debian kernel' } : {}),
  });
}
