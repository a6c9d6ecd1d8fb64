import type { EdgeDocument } from '../spec/edge-document.ts';
import type { Report } from './findings.ts';
import type { ModelHost } from './model.ts';

/** Reports hosts that are reached at the same place: each would get the files of the other. */
export function checkSsh({ spec }: EdgeDocument, hosts: readonly ModelHost[], report: Report): void {
  // Nobody reaches a web server that is somebody else's.
  const reached = hosts.filter((host) => host.kind !== 'web' || host.managed);
  const places = Map.groupBy(reached, ({ ssh }) => [ssh.destination, ssh.port ?? '', ssh.jump ?? ''].join(' '));
  for (const [first, ...others] of places.values()) {
    if (first === undefined || others.length === 0) continue;
    const { destination } = first.ssh;
    const named = others.filter(({ name }) => spec.hosts[name]?.ssh?.host !== undefined);
    for (const { name } of named) {
      report({
        code: 'EK424',
        path: ['hosts', name, 'ssh', 'host'],
        part: 'value',
        message: `\`${first.name}\` and \`${name}\` are reached at the same address, ${destination}`,
        fix: 'write the address of this machine, or leave `host` out: then it is the `address` of the host',
      });
    }
    // Hosts with one address have a finding of their own.
    if (named.length === others.length || spec.ssh?.host === undefined) continue;
    report({
      code: 'EK424',
      path: ['ssh', 'host'],
      part: 'value',
      message: `${others.length + 1} hosts are reached at the same address, ${destination}`,
      fix: 'remove it; a machine on the way to all hosts is `jump`',
    });
  }
}
