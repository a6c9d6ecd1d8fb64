import { readFileSync } from 'node:fs';

/** Process ids of an NGINX. */
export interface NginxProcesses {
  readonly master: string;
  /** Workers, of former configurations too, and the cache's processes. */
  readonly children: readonly string[];
}

/**
 * The processes of the NGINX whose master has its process id in this file. Reads /proc, which answers from memory. Throws the system's error
 * when it does not run.
 */
export function nginxProcesses(pidPath: string, proc = '/proc'): NginxProcesses {
  const master = readFileSync(pidPath, 'utf8').trim();
  const children = readFileSync(`${proc}/${master}/task/${master}/children`, 'utf8').trim().split(' ');
  return { master, children: children.filter((pid) => pid !== '') };
}
