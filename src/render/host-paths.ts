import { stateFiles } from '../model/state-files.ts';

/** Where things lie on a host. Whoever reads or writes them at run time takes the path from here. */
export const hostPaths = {
  ...stateFiles,
  /** keepalived writes `keepalived.json` here when asked (signal RTMIN+2). */
  run: '/run/evenkeel',
  /** While this file is there, whatever is in it, NGINX answers 503 when a nameserver asks for the balancer's health. */
  draining: '/run/evenkeel/draining',
  state: '/var/lib/evenkeel',
  zones: '/var/lib/evenkeel/zones',
  scripts: '/usr/local/lib/evenkeel',
  zoneDatabase: '/var/lib/powerdns/evenkeel.sqlite3',
} as const;

/** The script of this name. */
export function scriptPath(name: 'nginx-verdict' | 'agent-gone' | 'zone-database' | 'load-zone' | 'warm-dns'): string {
  return `${hostPaths.scripts}/${name}`;
}

/** First line of every file that a person might open on a host. */
export const madeBy = 'Made by evenkeel; the next apply replaces it.';
