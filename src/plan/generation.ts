import { createHash } from 'node:crypto';
import type { DesiredHost } from '../render/desired-file.ts';

/** The name of a desired state: 16 hex digits of a hash over every host's packages, units, programs and files. */
export function generationOf(desired: readonly DesiredHost[]): string {
  const hash = createHash('sha256');
  for (const host of [...desired].sort((a, b) => (a.host < b.host ? -1 : 1))) {
    const files = host.files.map((file) => [file.path, file.mode, file.owner, file.hash]);
    hash.update(
      JSON.stringify([host.host, host.packages, host.units, host.programs.map((program) => program.path), files]),
    );
  }
  return hash.digest('hex').slice(0, 16);
}
