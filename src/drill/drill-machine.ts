import { cpus, release, totalmem } from 'node:os';
import type { DrillMachine } from '../facts/drill-report.ts';
import { upstreamVersion } from '../facts/packages.ts';

/** Debian packages of the daemons that a drill measures, and what people call them. */
const daemons: ReadonlyMap<string, string> = new Map([
  ['keepalived', 'keepalived'],
  ['nginx', 'nginx'],
  ['pdns-server', 'pdns'],
]);

/** This computer, and the daemons' versions as the hosts have them installed: package -> Debian's version, of each host. */
export function drillMachine(evenkeel: string, packages: readonly ReadonlyMap<string, string>[]): DrillMachine {
  const [first, ...others] = cpus();
  const installed = packages.flatMap((of) =>
    [...of].flatMap(([name, version]) => {
      const daemon = daemons.get(name);
      return daemon === undefined ? [] : [`${daemon} ${upstreamVersion(version)}`];
    }),
  );
  return {
    cpus: others.length + 1,
    cpu: first?.model.trim() ?? 'unknown',
    memoryMib: Math.round(totalmem() / 1024 / 1024),
    kernel: release(),
    node: process.versions.node,
    evenkeel,
    daemons: [...new Set(installed)].sort(),
  };
}
