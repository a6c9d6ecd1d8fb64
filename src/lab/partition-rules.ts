import type { LabDefinition, LabMachine } from './definition.ts';
import type { LabFault } from './lab-fault.ts';
import { portName } from './lab-paths.ts';
import { machineAddresses } from './ssh-files.ts';

/**
 * The nftables ruleset (nft(8)) for the lab's namespace under these faults; it replaces the one before in one transaction.
 * Between machines on one network frames are dropped in the bridge, whatever they carry. Between networks, the lab's router
 * drops packets by the machines' own addresses; a VIP is not known there.
 */
export function partitionRules(definition: LabDefinition, faults: readonly LabFault[]): string {
  const pairs = faults.flatMap((fault) => {
    if (fault.kind !== 'partition') return [];
    const from = definition.machines.find((machine) => machine.name === fault.from);
    const to = definition.machines.find((machine) => machine.name === fault.to);
    if (from === undefined || to === undefined) return [];
    return fault.direction === 'two-way'
      ? [
          { from, to },
          { from: to, to: from },
        ]
      : [{ from, to }];
  });
  const frames = pairs.map(
    ({ from, to }) => `iifname ${ports(definition, from)} oifname ${ports(definition, to)} drop`,
  );
  const packets = pairs.flatMap(({ from, to }) =>
    [4, 6].flatMap((family) => {
      const [source, target] = [from, to].map((machine) => addresses(machine, family));
      if (source === undefined || target === undefined) return [];
      const protocol = family === 4 ? 'ip' : 'ip6';
      return [`${protocol} saddr ${source} ${protocol} daddr ${target} drop`];
    }),
  );
  return [...table('bridge', frames), ...table('inet', packets), ''].join('\n');
}

/** `table` before `delete table`, so that the deletion never fails. Without rules only the deletion stays. */
function table(family: string, rules: readonly string[]): readonly string[] {
  const name = `table ${family} evenkeel_faults`;
  const fresh = [`${name} {}`, `delete ${name}`];
  if (rules.length === 0) return fresh;
  return [
    ...fresh,
    `${name} {`,
    '  chain forward {',
    '    type filter hook forward priority -300; policy accept;',
    ...rules.map((rule) => `    ${rule}`),
    '  }',
    '}',
  ];
}

function ports(definition: LabDefinition, machine: LabMachine): string {
  const index = definition.machines.indexOf(machine);
  return set(machine.interfaces.map((_, at) => `"${portName(index, at)}"`));
}

function addresses(machine: LabMachine, family: number): string | undefined {
  const list = machineAddresses(machine).filter((address) => address.includes(':') === (family === 6));
  return list.length === 0 ? undefined : set(list);
}

function set(items: readonly string[]): string {
  return `{ ${items.join(', ')} }`;
}
