import { closeSync, openSync, readFileSync, readSync } from 'node:fs';
import { nginxProcesses } from '../nginx-processes.ts';
import { connectionsWait, turnsOf } from './nginx-turns.ts';

/** The most that is read of the table of sockets: some four hundred listeners. */
const tableBytes = 64 * 1024;

/**
 * How much the master of NGINX and its workers did so far (`turnsOf`); undefined when it can't be known.
 */
export function turnsOfNginx(pidPath: string): string | undefined {
  try {
    const { master, children } = nginxProcesses(pidPath);
    return turnsOf(
      [master, ...children].map((pid) => ({
        stat: readFileSync(`/proc/${pid}/stat`, 'utf8'),
        status: readFileSync(`/proc/${pid}/status`, 'utf8'),
      })),
    );
  } catch {
    // It ended while we looked.
    return undefined;
  }
}

/** Whether connections wait to be accepted on this port of IPv4; only the beginning of the table is read: it may hold a million sockets. */
export function queueHasSome(port: number): boolean {
  const buffer = Buffer.alloc(tableBytes);
  let file: number | undefined;
  try {
    file = openSync('/proc/net/tcp', 'r');
    let length = 0;
    for (;;) {
      const read = readSync(file, buffer, length, buffer.length - length, null);
      length += read;
      if (read === 0 || length === buffer.length) break;
      // Listeners stand first: a whole line of another state ends them.
      if (/^ *\d+: \S+ \S+ (?!0A)\S+ /m.test(buffer.toString('latin1', 0, length))) break;
    }
    return connectionsWait(buffer.toString('latin1', 0, length), port);
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
