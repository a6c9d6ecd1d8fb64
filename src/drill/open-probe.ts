import { Fault } from '../base/fault.ts';
import { type LineEnd, startLineProcess } from '../hosts/line-process.ts';
import { probeArgv } from './probe-argv.ts';
import { readProbeLine } from './probe-lines.ts';
import type { LoadOrder } from './load-stream.ts';
import type { Probe, ProbePlace, ProbeRecord } from './probe.ts';

/** How long the probe may take before it is ready. Usual: half a second. */
const readyMs = 60_000;
/** What it may take beyond the longest timeout of its streams before it is killed. */
const graceMs = 10_000;

/**
 * Starts a load probe and resolves when it begins. Every record goes to `onRecord`, in the order in which they were
 * written: a request's when it ended. Throws a Fault `command-failed` when it does not begin, `tool-missing`, in a lab
 * `not-root` and `lab-not-running`.
 */
export async function openProbe(
  order: LoadOrder,
  place: ProbePlace,
  onRecord: (record: ProbeRecord) => void,
): Promise<Probe> {
  const argv = await probeArgv(place);
  const ready = Promise.withResolvers<'ready'>();
  const process = await startLineProcess({
    argv,
    // Lookups that hang hold a thread each; libuv lets half of all threads do such slow work.
    env: { UV_THREADPOOL_SIZE: '512' },
    onLine: (line) => {
      const said = readProbeLine(line);
      if (said?.kind === 'ready') ready.resolve('ready');
      else if (said !== undefined) onRecord(said);
    },
  });
  process.send(JSON.stringify(order));

  const timer = setTimeout(() => void process.end(0), readyMs);
  const first = await Promise.race([ready.promise, process.ended]);
  clearTimeout(timer);
  if (first !== 'ready') throw ended(argv, first, 'did not begin');

  let stopping: Promise<void> | undefined;
  const failed = process.ended.then((end) => {
    if (stopping !== undefined) return new Promise<never>(() => undefined);
    throw ended(argv, end, 'ended during the measurement');
  });
  // Whoever looks at it sees the failure; nobody has to.
  failed.catch(() => undefined);
  const longestMs = Math.max(0, ...order.streams.map((stream) => stream.timeoutMs));
  const stopped = async (withinMs: number): Promise<void> => {
    const end = await process.end(withinMs);
    if (end.exitCode !== 0) throw ended(argv, end, 'failed while it ended');
  };
  return {
    failed,
    stop: () => {
      stopping ??= stopped(longestMs + graceMs);
      return stopping;
    },
  };
}

function ended(argv: readonly string[], { exitCode, said }: LineEnd, what: string): Fault {
  return new Fault({
    code: 'command-failed',
    message: `the load probe ${what} (exit code ${exitCode})`,
    // The program and where it runs; the script between them says nothing to a reader.
    command: argv.filter((word) => !word.includes('\n')),
    said,
  });
}
