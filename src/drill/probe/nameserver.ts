import { Resolver } from 'node:dns/promises';
import type { NameserverWatch } from '../load-stream.ts';
import { now, onSchedule } from './clock.ts';
import { type RunningStream, type StreamTools, UnderWay } from './stream.ts';

/** A question has one try, and this long. Milliseconds. */
const timeoutMs = 500;

/** The name has no address of that family, which is an answer (c-ares: ares_strerror(3)). */
const noSuchAddress = 'ENODATA';

/**
 * Asks a nameserver for each name on schedule. One record a name: the addresses of all families that are asked for, or the
 * failure of the first family that had none (`ETIMEOUT`, `ECONNREFUSED`, `ESERVFAIL`, `ENOTFOUND`, ...).
 */
export function startNameserverWatch(watch: NameserverWatch, tools: StreamTools): RunningStream {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers([watch.address]);
  const underWay = new UnderWay();
  const ends = watch.names.map((name, index) => {
    const offsetMs = tools.offsetMs + (watch.everyMs * index) / watch.names.length;
    return onSchedule({ everyMs: watch.everyMs, offsetMs }, () => underWay.add(ask(name)));
  });

  async function ask(name: string): Promise<void> {
    const at = now();
    const answers = await Promise.all(watch.families.map((family) => addresses(name, family)));
    const failure = answers.find((answer) => typeof answer === 'string');
    tools.record({
      kind: 'answer',
      nameserver: watch.nameserver,
      name,
      at,
      addresses: failure === undefined ? answers.flat().sort() : [],
      failure,
    });
  }

  async function addresses(name: string, family: 4 | 6): Promise<readonly string[] | string> {
    try {
      return await (family === 4 ? resolver.resolve4(name) : resolver.resolve6(name));
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
      return code === noSuchAddress ? [] : code;
    }
  }

  return {
    stop: async () => {
      for (const end of ends) end();
      await underWay.settled();
    },
  };
}
