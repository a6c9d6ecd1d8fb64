import { userInfo } from 'node:os';
import { dirname, resolve } from 'node:path';
import { Fault } from '../base/fault.ts';
import { type ServeUnit, serveUnitText } from '../render/serve-unit.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { urlHost } from '../base/address.ts';
import type { ServeFlags } from './serve.ts';
import type { AccessFlags } from './serve-access.ts';

/** The flags of `serve`, read. */
type UnitFlags = Omit<ServeFlags, 'listen' | 'name'> & AccessFlags;

/**
 * A systemd unit that serves this edge on this computer as whoever asks: theirs are the SSH keys and the state directory. Throws a Fault for a path that
 * can't stand in a unit.
 */
export function serveUnitHere(context: CliContext, edge: Edge, flags: UnitFlags): string {
  const { username, homedir } = userInfo();
  const unit: ServeUnit = {
    edge: edge.model.name,
    user: username,
    home: homedir,
    argv: [programPath(), ...serveWords(context, flags)],
    directory: edge.directory,
    writes: dirname(edge.stateDirectory),
    port: flags.listen.port,
  };
  try {
    return serveUnitText(unit);
  } catch (error) {
    throw new Fault(
      {
        code: 'config-refused',
        message: 'no unit can be made for these paths',
        said: error instanceof Error ? error.message : '',
        next: 'put the edge file into a directory whose name has no quotes, `$`, backslash or control characters',
      },
      error,
    );
  }
}

/** The words of the command, with absolute paths. */
function serveWords(context: CliContext, flags: UnitFlags): readonly string[] {
  const { file, lab, suffix, listen, name = [], tlsCert, tlsKey } = flags;
  const path = (given: string): string => resolve(context.cwd, given);
  return [
    'serve',
    '-f',
    path(file),
    ...(lab ? ['--lab'] : []),
    ...(suffix === undefined ? [] : ['--suffix', suffix]),
    '--listen',
    `${urlHost(listen.address)}:${listen.port}`,
    ...name.flatMap((one) => ['--name', one]),
    ...(tlsCert === undefined ? [] : ['--tls-cert', path(tlsCert)]),
    ...(tlsKey === undefined ? [] : ['--tls-key', path(tlsKey)]),
  ];
}

/** `bin/evenkeel` of this installation: `src/cli/` and `dist/` are beside it. */
function programPath(): string {
  const root = import.meta.dirname.endsWith('/src/cli') ? '../..' : '..';
  return resolve(import.meta.dirname, root, 'bin/evenkeel');
}
