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

/** The flags that a unit repeats: all but those that end the command. */
type RepeatedFlag = Exclude<keyof ServeFlags, 'install' | 'remove' | 'printUnit'>;

/** The words of the command, with absolute paths. */
function serveWords(context: CliContext, flags: UnitFlags): readonly string[] {
  const { file, lab, suffix, alerts, listen, name = [], tlsCert, tlsKey, withoutPlan } = flags;
  const path = (given: string): string => resolve(context.cwd, given);
  // By flag, so that a new one is either here or a type error.
  const words: Readonly<Record<RepeatedFlag, readonly string[]>> = {
    file: ['-f', path(file)],
    lab: lab ? ['--lab'] : [],
    suffix: suffix === undefined ? [] : ['--suffix', suffix],
    alerts: alerts ? ['--alerts'] : [],
    listen: ['--listen', `${urlHost(listen.address)}:${listen.port}`],
    name: name.flatMap((one) => ['--name', one]),
    tlsCert: tlsCert === undefined ? [] : ['--tls-cert', path(tlsCert)],
    tlsKey: tlsKey === undefined ? [] : ['--tls-key', path(tlsKey)],
    withoutPlan: withoutPlan ? ['--without-plan'] : [],
  };
  return ['serve', ...Object.values(words).flat()];
}

/** `bin/evenkeel` of this installation: `src/cli/` and `dist/` are beside it. */
function programPath(): string {
  const root = import.meta.dirname.endsWith('/src/cli') ? '../..' : '..';
  return resolve(import.meta.dirname, root, 'bin/evenkeel');
}
