/** Texts of `/proc/PID/stat` and `/proc/PID/status` of one process (proc(5)). */
export interface ProcessTexts {
  readonly stat: string;
  readonly status: string;
}

/**
 * How much these processes did so far: how often each gave up the processor, and how long it ran. The same words twice: none of
 * them ran in between. Undefined when one of them runs or wants to (state R: it waits for a processor, it does not hang), or for none.
 */
export function turnsOf(processes: readonly ProcessTexts[]): string | undefined {
  const words = processes.map(turnsOfOne);
  return words.length === 0 || words.includes(undefined) ? undefined : words.join(' ');
}

function turnsOfOne({ stat, status }: ProcessTexts): string | undefined {
  // The name in brackets may hold anything; after the last one come: state, ..., utime (11 later), stime.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state] = fields;
  const [user, system] = [fields[11], fields[12]];
  const switches = [...status.matchAll(/ctxt_switches:\s+(\d+)/g)].map((match) => match[1]);
  if (state === 'R' || user === undefined || system === undefined || switches.length !== 2) return undefined;
  return [Number.parseInt(stat, 10), ...switches, user, system].join(',');
}

/** Whether connections wait to be accepted on this port, by `/proc/net/tcp`; its listeners (state 0A) stand first. */
export function connectionsWait(table: string, port: number): boolean {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  for (const line of table.split('\n').slice(1)) {
    const [, address, , state, queues] = line.trim().split(/\s+/);
    if (state !== '0A') return false;
    if (address?.endsWith(wanted) === true && queues?.endsWith(':00000000') === false) return true;
  }
  return false;
}
