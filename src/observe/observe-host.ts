import { createHash } from 'node:crypto';
import { Fault } from '../base/fault.ts';
import type { FileFacts, HostFacts } from '../facts/host-facts.ts';
import { readFacts } from '../facts/read-facts.ts';
import type { FileState, Host } from '../hosts/host.ts';
import { observeScript } from './observe-script.ts';

/** What to ask a host about. */
export interface Question {
  /** Debian package names. */
  readonly packages: readonly string[];
  /** systemd units with their suffix, e.g. `nginx.service`. */
  readonly units: readonly string[];
}

/** Looks at a host without changing anything: one round trip, no files. Throws Faults. */
export async function observeHost(host: Host, question: Question): Promise<HostFacts> {
  const { packages, units } = question;
  const outcome = await host.run({ argv: ['sh', '-c', observeScript, 'sh', packages.join(' '), units.join(' ')] });
  const facts = readFacts(host.name, outcome.stdout, units);
  if (facts.ok) return facts.value;
  throw new Fault({
    code: 'command-failed',
    message: `${host.name} could not be read: ${facts.error}`,
    host: host.name,
    said: outcome.stderr.trim(),
    state: 'nothing was changed',
  });
}

/** The same facts with the state of these files; one round trip, or none for no paths. */
export async function observeFiles<Facts extends Pick<HostFacts, 'files'>>(
  host: Host,
  facts: Facts,
  paths: readonly string[],
): Promise<Facts> {
  const asked = [...new Set(paths)].sort();
  const states = asked.length === 0 ? [] : await host.read(asked);
  return {
    ...facts,
    files: new Map([...facts.files, ...states.map((state) => [state.path, fileFacts(state)] as const)]),
  };
}

/** A file's state as a fact. */
export function fileFacts(state: FileState): FileFacts {
  switch (state.kind) {
    case 'absent':
      return { kind: 'absent' };
    case 'file':
      return {
        kind: 'file',
        mode: state.mode,
        owner: state.owner,
        hash: createHash('sha256').update(state.bytes).digest('hex'),
        bytes: state.bytes,
      };
    case 'symlink':
    case 'other':
      return { kind: 'other' };
  }
}
