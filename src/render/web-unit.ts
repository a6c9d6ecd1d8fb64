import type { WebServer } from '../model/model.ts';
import { printUnit, setting } from '../syntax/systemd-unit.ts';
import type { DesiredFile } from './desired-file.ts';
import { madeBy } from './host-paths.ts';
import { desiredFile } from './make-file.ts';
import { nginxSandbox } from './sandbox.ts';

/** The drop-in of NGINX on a managed web server. */
export function renderWebUnit(web: WebServer): DesiredFile {
  return desiredFile({
    host: web.name,
    path: '/etc/systemd/system/nginx.service.d/evenkeel.conf',
    content: printUnit(
      [madeBy],
      [
        { name: 'Unit', entries: [setting('StartLimitIntervalSec', '0')] },
        {
          name: 'Service',
          entries: [
            setting('Restart', 'always'),
            setting('RestartSec', '500ms'),
            setting('LimitNOFILE', '262144'),
            ...nginxSandbox,
          ],
        },
      ],
    ),
    activates: 'systemd-nginx',
    why: 'NGINX is restarted when it dies',
  });
}
