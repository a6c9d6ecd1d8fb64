import { comment } from '../syntax/nginx.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import { printNginx } from '../syntax/nginx-print.ts';
import type { DesiredFile } from './desired-file.ts';
import { madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';

/** A file of NGINX text, with the line on top that says whose it is. A change of it reloads NGINX. */
export function nginxFile(file: {
  readonly host: string;
  readonly path: string;
  readonly nodes: readonly NginxNode[];
  readonly why: string;
}): DesiredFile {
  return desiredFile({
    host: file.host,
    path: file.path,
    content: `${printNginx([comment(madeBy)])}\n${printNginx(file.nodes)}`,
    activates: 'nginx',
    why: file.why,
  });
}
