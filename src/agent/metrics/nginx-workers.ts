import { readFileSync } from 'node:fs';
import type { NginxMetrics } from '../../facts/agent-metrics.ts';
import { nginxProcesses } from '../nginx-processes.ts';

/**
 * The workers of the NGINX with this process id in a file: those of this configuration, and those of former ones, which serve what they have
 * begun (`worker_shutdown_timeout`). None when NGINX does not run.
 */
export function nginxWorkers(pidPath: string, proc = '/proc'): NginxMetrics['workers'] {
  try {
    const titles = nginxProcesses(pidPath, proc).children.map((pid) => titleOf(`${proc}/${pid}/cmdline`));
    // ngx_worker_process_cycle sets the title; the cache's processes have others.
    const old = titles.filter((title) => title.startsWith('nginx: worker process is shutting down')).length;
    return { current: titles.filter((title) => title.startsWith('nginx: worker process')).length - old, old };
  } catch {
    return { current: 0, old: 0 };
  }
}

/** Empty for a process that ended while we looked. */
function titleOf(path: string): string {
  try {
    return readFileSync(path, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}
