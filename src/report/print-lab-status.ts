import type { TextStyle } from './text-style.ts';
import { textTable } from './text-table.ts';

/** What is shown of a lab. */
export interface LabPicture {
  readonly name: string;
  readonly release: string;
  readonly running: boolean;
  readonly namespace: string;
  readonly sshConfig: string;
  readonly hosts: readonly {
    readonly name: string;
    readonly role: string;
    readonly addresses: readonly string[];
    readonly namespace: string;
    readonly running: boolean;
  }[];
  readonly faults: readonly { readonly kind: string }[];
}

/** A lab as a table: machines, addresses, namespaces, and the faults that stand. */
export function printLabStatus(lab: LabPicture, style: TextStyle): string {
  const state = lab.running ? style('good', 'all machines run') : style('bad', 'not all machines run');
  const rows = lab.hosts.map((host) => [
    host.name,
    host.role,
    host.running ? 'running' : { text: 'off', tone: 'bad' as const },
    host.addresses.join(', '),
    host.namespace,
  ]);
  const header = ['machine', 'role', 'state', 'address', 'namespace'];
  const faults = lab.faults.map((fault) => `  ${describeFault(fault)}`);
  return [
    `lab ${lab.name} (${lab.release}): ${state}`,
    '',
    ...textTable([header, ...rows], style),
    '',
    `the lab's own namespace: ${lab.namespace}`,
    `by hand: ssh -F ${lab.sshConfig} MACHINE`,
    ...(faults.length === 0
      ? []
      : ['', style('warn', 'faults that stand (heal: evenkeel lab fault heal):'), ...faults]),
    '',
  ].join('\n');
}

function describeFault(fault: { readonly kind: string }): string {
  const rest = Object.entries(fault).flatMap(([key, value]) =>
    key !== 'kind' && typeof value === 'string' ? [`${key} ${value}`] : [],
  );
  return [fault.kind, ...rest].join(', ');
}
