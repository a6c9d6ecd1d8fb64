import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { Fault } from '../base/fault.ts';
import type { FileWrite, Host } from '../hosts/host.ts';
import { labNodePath } from '../lab/launch.ts';
import { isBundled, programFile } from './program-file.ts';
import { targetPaths } from './target-paths.ts';

/** Where the target listens on a web server, on 127.0.0.1. */
const port = 8098;
const folder = '/usr/local/lib/evenkeel-drill';
const unitName = 'evenkeel-drill-target.service';
const unitPath = `/etc/systemd/system/${unitName}`;
/** Read by the server of a managed web server, and of the lab's stand-in for another. */
const locationPath = '/etc/nginx/evenkeel-local/evenkeel-drill.conf';

/** Web servers of a lab, each with a way to it. */
export interface LabTargets {
  readonly lab: string;
  readonly hosts: readonly Host[];
}

/**
 * Puts the drill's target on web servers of a lab, where it stays until it is removed, also after a power cut. Doing it
 * again does no harm. Nothing is changed on balancers: they are what is tested. Throws a Fault `not-found`
 * when a host is no machine of the lab (nothing is changed then), `command-failed` when one does not take it,
 * `host-unreachable`.
 */
export async function installLabTargets(targets: LabTargets): Promise<void> {
  await assertLabMachines(targets);
  const { hosts } = targets;
  const program = await programFiles();
  await Promise.all(hosts.map((host) => install(host, program)));
}

/** Takes the targets away again, all of it; where there is none, that is no error. Throws like `installLabTargets`. */
export async function removeLabTargets(targets: LabTargets): Promise<void> {
  await assertLabMachines(targets);
  const program = await programFiles();
  await Promise.all(
    targets.hosts.map(async (host) => {
      await host.remove([locationPath]);
      await reloadNginx(host);
      // Fails when there is no such unit.
      await host.run({ argv: ['systemctl', 'disable', '--now', unitName] });
      await host.remove([unitPath, ...program.map((file) => file.path)]);
      // The folder of locations stays when it holds a person's own.
      const folders = [folder, dirname(locationPath)] as const;
      await host.run({ argv: ['rmdir', '--ignore-fail-on-non-empty', ...folders] });
      await must(host, ['systemctl', 'daemon-reload'], 'did not forget the unit of the target');
    }),
  );
}

/** Only machines of a lab have our Node.js, so a real host that is taken for one is not touched. */
async function assertLabMachines({ lab, hosts }: LabTargets): Promise<void> {
  await Promise.all(
    hosts.map(async (host) => {
      const { exitCode } = await host.run({ argv: ['test', '-x', labNodePath] });
      if (exitCode === 0) return;
      throw new Fault({
        code: 'not-found',
        message: `${host.name} is no machine of the lab ${lab}, or of one that an older evenkeel started`,
        host: host.name,
        state: 'nothing was changed',
        next: 'evenkeel lab down && evenkeel lab up',
      });
    }),
  );
}

async function install(host: Host, program: readonly FileWrite[]): Promise<void> {
  const [, entry] = program;
  if (entry === undefined) throw new Error('the target has no program');
  await host.write([...program, file(unitPath, unitOf(host.name, entry.path)), file(locationPath, locationOf())]);
  await must(host, ['systemctl', 'daemon-reload'], 'did not read the unit of the target');
  await must(host, ['systemctl', 'enable', '--quiet', unitName], 'did not enable the target');
  // Not `start`: an older one may run.
  await must(host, ['systemctl', 'restart', unitName], 'did not start the target');
  await reloadNginx(host);
  const url = `http://127.0.0.1:${port}${targetPaths.ok}`;
  const patience = ['--retry', '50', '--retry-delay', '1', '--retry-connrefused', '--max-time', '30'] as const;
  await must(host, ['curl', '-sS', '--fail', ...patience, url], 'runs no target');
}

/** The new location counts for connections that NGINX takes from now on. An NGINX that is down reads it when it starts. */
async function reloadNginx(host: Host): Promise<void> {
  await must(host, ['nginx', '-t', '-q'], 'has an NGINX configuration that is refused');
  await must(host, ['systemctl', 'try-reload-or-restart', 'nginx.service'], 'did not reload NGINX');
}

/** What makes the target's program on a machine; package.json first, then what is started. */
async function programFiles(): Promise<readonly FileWrite[]> {
  const sources = isBundled()
    ? ['drill-target.js']
    : ['target-main.ts', 'byte-pattern.ts', 'target-paths.ts', 'websocket-frames.ts'];
  const files = await Promise.all(
    sources.map(async (source) => {
      const path = programFile({ source, bundled: source });
      return file(`${folder}/${basename(path)}`, await readFile(path, 'utf8'));
    }),
  );
  return [file(`${folder}/package.json`, '{ "type": "module" }\n'), ...files];
}

function unitOf(name: string, program: string): string {
  return [
    '[Unit]',
    'Description=What the drills of evenkeel download from and upload to',
    'After=network.target',
    'StartLimitIntervalSec=0',
    '[Service]',
    `ExecStart=${labNodePath} --disable-warning=ExperimentalWarning ${program} ${name} ${port}`,
    'DynamicUser=yes',
    'Restart=always',
    'RestartSec=200ms',
    '[Install]',
    'WantedBy=multi-user.target',
    '',
  ].join('\n');
}

/** Bodies go through as they come, in both directions; each location sets all headers it passes on. */
function locationOf(): string {
  const common = [
    `    proxy_pass http://127.0.0.1:${port};`,
    '    proxy_http_version 1.1;',
    '    proxy_read_timeout 1h;',
    '    proxy_buffering off;',
    '    proxy_request_buffering off;',
    '    client_max_body_size 0;',
    '    access_log off;',
  ];
  return [
    '# Made by a drill of evenkeel in the lab, which removes it again.',
    `location ${targetPaths.prefix} {`,
    ...common,
    '    proxy_set_header Connection "";',
    '}',
    `location = ${targetPaths.echo} {`,
    ...common,
    '    proxy_set_header Upgrade $http_upgrade;',
    '    proxy_set_header Connection upgrade;',
    '}',
    '',
  ].join('\n');
}

function file(path: string, content: string): FileWrite {
  return { path, mode: 0o644, owner: 'root:root', bytes: new TextEncoder().encode(content) };
}

async function must(host: Host, argv: readonly [string, ...string[]], what: string): Promise<void> {
  const { exitCode, stdout, stderr } = await host.run({ argv, timeoutMs: 60_000 });
  if (exitCode === 0) return;
  throw new Fault({
    code: 'command-failed',
    message: `${host.name} ${what}`,
    host: host.name,
    command: argv,
    said: `${stderr}${stdout}`.trim(),
  });
}
