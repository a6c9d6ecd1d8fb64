import { appendFile } from 'node:fs/promises';
import { Fault } from '../../src/base/fault.ts';
import { success } from '../../src/base/result.ts';
import type { Causer, Moment } from '../../src/drill/causer.ts';

/** A causer that only writes into a file what it is asked for. A fault whose name begins with `stuck` can't be healed. */
export function tallyCauser(file: string): Causer {
  const write = async (line: string): Promise<Moment> => {
    const from = Date.now();
    await appendFile(file, `${line}\n`);
    return { from, to: Date.now() };
  };
  return {
    place: 'real',
    canCause: () => Promise.resolve(success(undefined)),
    cause: (fault) => write(`cause ${fault.name}`),
    heal: (fault) => {
      if (!fault.name.startsWith('stuck')) return write(`heal ${fault.name}`);
      throw new Fault({ code: 'host-unreachable', message: 'lb1 does not answer', host: 'lb1' });
    },
  };
}
