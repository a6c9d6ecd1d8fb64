import type { Backend, Check, Model, WebServer } from '../model/model.ts';
import { block, comment, directive } from '../syntax/nginx.ts';
import type { NginxNode } from '../syntax/nginx.ts';
import type { DesiredFile } from './desired-file.ts';
import { desiredFile } from './make-file.ts';
import { nginxFile } from './nginx-file.ts';
import { webLog } from './nginx-log.ts';
import { clientLimits, mainLevel } from './nginx-main.ts';
import { nginxConfPath } from './nginx-paths.ts';
import { webPage } from './nginx-web-page.ts';
import type { RenderInput } from './render-input.ts';

/** What a managed web server serves. Only `evenkeel.html` in it is ours; an `index.html` put there is served instead. */
const webRoot = '/var/www/evenkeel';

/**
 * A place for a person's own locations: what lies in it is part of the server, on all of its ports. Nothing in it is ever
 * written, changed or removed by an apply; a drill in the lab puts its target there.
 */
const localLocations = '/etc/nginx/evenkeel-local/*.conf';

/** Every NGINX file of a managed web server: its configuration, and a page that names the host. */
export function renderNginxWeb(input: RenderInput, web: WebServer): readonly DesiredFile[] {
  return [
    nginxFile({
      host: web.name,
      path: nginxConfPath,
      nodes: webNodes(input.model, web),
      why: 'NGINX: a web server for static files',
    }),
    desiredFile({
      host: web.name,
      path: `${webRoot}/evenkeel.html`,
      content: webPage(web.name),
      activates: 'none',
      why: 'a page that names the host, until there is an index.html',
    }),
  ];
}

function webNodes(model: Model, web: WebServer): readonly NginxNode[] {
  const uses = poolUses(model, web);
  const ports = uses.length === 0 ? [80] : [...new Set(uses.map((use) => use.backend.port))].sort((a, b) => a - b);
  const wildcards = web.addresses.some((address) => address.family === 6) ? ['*', '[::]'] : ['*'];
  return mainLevel([
    ...clientLimits(),
    directive('include', '/etc/nginx/mime.types'),
    directive('default_type', 'application/octet-stream'),
    ...webLog(web.name),
    comment('Who asked: balancers, and nobody else, are believed about it.'),
    ...balancerAddresses(model).map((address) => directive('set_real_ip_from', address)),
    directive('real_ip_header', 'X-Forwarded-For'),
    block(
      'server',
      [],
      [
        ...ports.flatMap((port) =>
          wildcards.map((wildcard) => directive('listen', `${wildcard}:${port}`, 'default_server')),
        ),
        directive('server_name', '_'),
        directive('root', webRoot),
        directive('index', 'index.html', 'evenkeel.html'),
        // A redirect to a folder must not name this server's own scheme and port.
        directive('absolute_redirect', 'off'),
        ...checkLocations(uses.map((use) => use.check)),
        comment("A person's own locations."),
        directive('include', localLocations),
      ],
    ),
  ]);
}

/** A VIP is never the source of a balancer's connections (it is a /32), so only hosts are named. */
function balancerAddresses(model: Model): readonly string[] {
  return model.balancers.flatMap((balancer) => balancer.addresses.map((address) => address.text));
}

function poolUses(model: Model, web: WebServer): readonly { readonly backend: Backend; readonly check: Check }[] {
  return model.pools.flatMap((pool) =>
    pool.backends.filter((backend) => backend.name === web.name).map((backend) => ({ backend, check: pool.check })),
  );
}

/**
 * What the pools' checks ask for, answered by NGINX itself. `/` and paths of files stay with the files: only a last
 * part without a dot is taken to be no file. A query is not part of the path.
 */
function checkLocations(checks: readonly Check[]): readonly NginxNode[] {
  const answers = new Map<string, number>();
  for (const check of checks) {
    const path = check.path.replace(/\?.*$/, '');
    if (/^\/(?:[A-Za-z0-9_~-]+\/)*[A-Za-z0-9_~-]+$/.test(path)) answers.set(path, check.statuses[0]);
  }
  return [...answers].map(([path, status]) =>
    block(
      'location',
      ['=', path],
      [
        directive('access_log', 'off'),
        directive('default_type', 'text/plain'),
        directive('return', String(status), ...(status === 200 ? ['OK'] : [])),
      ],
    ),
  );
}
