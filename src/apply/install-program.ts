import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import { installProgramScript, programBroken, programDiskFull } from './remote-scripts.ts';

/** A program, packed to be sent. */
export interface PackedProgram {
  /** The file, as gzip (RFC 1952). */
  readonly gzip: Uint8Array;
  /** Lower-case hex SHA-256 of the file. */
  readonly hash: string;
}

/** Finds and packs the build of a program for an architecture, as Debian names it. Throws Faults. */
export type ProgramSource = (path: string, architecture: string) => Promise<PackedProgram>;

/** Milliseconds for a program to arrive: 50 MB over a line of 1 Mbit/s take seven minutes. */
const arrivalMs = 15 * 60_000;

/**
 * Brings a program to a host, mode 0755: it gets its path only after its hash was seen to be right. Throws `disk-full`, or
 * `command-failed`; nothing is left of it then.
 */
export async function installProgram(host: Host, path: string, packed: PackedProgram): Promise<void> {
  const outcome = await host.run({
    argv: ['sh', '-c', installProgramScript, 'sh', path, packed.hash],
    stdin: packed.gzip,
    timeoutMs: arrivalMs,
  });
  if (outcome.exitCode === 0) return;
  const full = outcome.exitCode === programDiskFull;
  const broken = outcome.exitCode === programBroken;
  throw new Fault({
    code: full ? 'disk-full' : 'command-failed',
    message: full
      ? `the disk of ${host.name} is full: ${path} does not fit`
      : broken
        ? `${path} reached ${host.name} damaged`
        : `${path} can't be put on ${host.name}`,
    host: host.name,
    said: outcome.stderr.trim(),
    state: 'no file of the edge was changed and no daemon started',
    next: full ? `Make room on ${host.name} (df -h), then apply again` : 'Apply again',
  });
}
