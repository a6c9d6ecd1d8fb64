import type { LabDefinition, LabMachine } from './definition.ts';
import type { LabFault } from './lab-fault.ts';
import { bridgeName, portName } from './lab-paths.ts';
import { machineAddresses } from './ssh-files.ts';

/**
 * The nftables ruleset (nft(8)) for the lab's namespace under these faults; it replaces the one before in one transaction.
 * Between machines on one network frames are dropped in the bridge, whatever they carry. Between networks, the lab's router
 * drops packets by the machines' own addresses; a VIP is not known there. A lost router forwards nothing and answers only
 * neighbour discovery and the operator's SSH.
 */
export function faultRules(definition: LabDefinition, faults: readonly LabFault[]): string {
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
  const lost = definition.networks.flatMap((network, index) =>
    faults.some((fault) => fault.kind === 'gateway-down' && fault.network === network.name) ? [bridgeName(index)] : [],
  );
  const chains = {
    // Frames between machines of one network pass too where the kernel shows bridged packets to this table.
    forward: [
      ...packets,
      ...lost.flatMap((bridge) => [
        `iifname "${bridge}" oifname != "${bridge}" drop`,
        `oifname "${bridge}" iifname != "${bridge}" drop`,
      ]),
    ],
    input: lost.flatMap((bridge) => [
      `iifname "${bridge}" tcp sport 22 accept`,
      `iifname "${bridge}" icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept`,
      `iifname "${bridge}" drop`,
    ]),
  };
  return [...table('bridge', { forward: frames }), ...table('inet', chains), ''].join('\n');
}

/** `table` before `delete table`, so that the deletion never fails. Without rules only the deletion stays. */
function table(family: string, chains: Readonly<Record<string, readonly string[]>>): readonly string[] {
  const name = `table ${family} evenkeel_faults`;
  const fresh = [`${name} {}`, `delete ${name}`];
  const filled = Object.entries(chains).filter(([, rules]) => rules.length > 0);
  if (filled.length === 0) return fresh;
  return [...fresh, `${name} {`, ...filled.flatMap(([hook, rules]) => chain(hook, rules)), '}'];
}

function chain(hook: string, rules: readonly string[]): readonly string[] {
  return [
    `  chain ${hook} {`,
    `    type filter hook ${hook} priority -300; policy accept;`,
    ...rules.map((rule) => `    ${rule}`),
    '  }',
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
