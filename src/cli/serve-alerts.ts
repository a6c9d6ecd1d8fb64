import { dirname, isAbsolute, join } from 'node:path';
import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import { type AlertFile, alertFilesOf } from '../model/check-alerts.ts';
import type { Model } from '../model/model.ts';
import { type ServeAlertFile, servePaths } from '../render/serve-host.ts';
import { readReceiverFile } from '../server/alerts/secret-file.ts';
import { type EdgeFile, readEdgeFile } from '../spec/read-edge-file.ts';
import type { Edge } from './edge-file.ts';

/** What alerts need on the host of a dashboard. */
export interface ServeAlerts {
  readonly files: readonly ServeAlertFile[];
  /** Files that the edge file there names, and the new one does not. Absolute paths. */
  readonly outdated: readonly string[];
}

/** What of a home is the dashboard's own. */
const ownPaths = [servePaths.edgeFile, servePaths.state, servePaths.ssh, dirname(servePaths.certificate)];

/**
 * Finds out what the alerts of an edge need on a host, and reads it here. Throws a Fault for what can't be brought or is not there, since a
 * dashboard that tells nobody looks like an edge that is well. Changes nothing.
 */
export async function alertsToBring(edge: Edge, host: Host): Promise<ServeAlerts> {
  const wanted = alertFilesIn(edge);
  refuseFiles({
    host,
    code: 'config-refused',
    troubles: wanted.flatMap((file) => misplaced(file) ?? []),
    next: 'put it below the directory of the edge file, for example into secrets/, and name it so',
  });
  const files = new Map<string, ServeAlertFile>();
  const troubles: string[] = [];
  for (const { file, holds } of wanted) {
    const read = await readReceiverFile(edge.directory, file, holds);
    const path = placeOf(file);
    // One that is a secret for anybody is one.
    if (read.ok && files.get(path)?.holds !== 'secret') files.set(path, { path, holds, text: read.value });
    if (!read.ok) troubles.push(read.error.message);
  }
  refuseFiles({
    host,
    code: 'file-unreadable',
    troubles,
    next: 'write each of them beside the edge file, secrets with chmod 600; evenkeel check says whether they are right; then install again',
  });
  await checkPrograms(edge.model, host);
  const [before] = await host.read([servePaths.edgeFile]);
  const text = before?.kind === 'file' ? new TextDecoder().decode(before.bytes) : '';
  const named = alertFilesIn({ file: servePaths.edgeFile, text }).filter((file) => misplaced(file) === undefined);
  const outdated = new Set(named.map(({ file }) => placeOf(file)).filter((path) => !files.has(path)));
  return { files: [...files.values()], outdated: [...outdated] };
}

/** None, of an edge file that can't be read. */
function alertFilesIn(edgeFile: EdgeFile): readonly AlertFile[] {
  const read = readEdgeFile(edgeFile);
  return read.ok ? alertFilesOf(read.value) : [];
}

/** Where the edge file of the home finds it. */
function placeOf(file: string): string {
  return join(servePaths.home, file);
}

/** Why a file can't lie there. */
function misplaced({ file }: AlertFile): string | undefined {
  if (isAbsolute(file)) return `${file} is an absolute path`;
  const place = placeOf(file);
  if (!place.startsWith(`${servePaths.home}/`)) return `${file} is not below the directory of the edge file`;
  const own = ownPaths.find((path) => place === path || place.startsWith(`${path}/`));
  return own === undefined ? undefined : `${file} would lie where the dashboard has its own ${own}`;
}

interface Refusal {
  readonly host: Host;
  readonly code: 'config-refused' | 'file-unreadable';
  readonly troubles: readonly string[];
  readonly next: string;
}

function refuseFiles({ host, code, troubles, next }: Refusal): void {
  if (troubles.length === 0) return;
  throw new Fault({
    code,
    message: `a file that alerts need can't be brought to ${host.name}: ${[...new Set(troubles)].join('; ')}`,
    host: host.name,
    state: 'nothing was changed',
    next,
  });
}

/** Where systemd looks for a program without a path (systemd.exec(5), `$PATH`). */
const programDirectories = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin'];
/** What the unit does not see: `ProtectHome`, `PrivateTmp`. */
const hiddenPlaces = /^\/(home|root|run\/user|tmp|var\/tmp)\//;

/** Sees that the host has the program of each `command`. */
async function checkPrograms({ alerts }: Model, host: Host): Promise<void> {
  const commands = alerts.receivers.flatMap(({ name, way }) =>
    way.kind === 'command' ? [{ name, program: way.argv[0], places: programPlaces(way.argv[0]) }] : [],
  );
  const places = [...new Set(commands.flatMap(({ places }) => places))];
  if (commands.length === 0) return;
  const command = ['find', '-L', ...places, '-maxdepth', '0', '-type', 'f', '-perm', '-001', '-print0'] as const;
  // Without a place `find` would look in its own directory.
  const { stdout } = places.length === 0 ? { stdout: '' } : await host.run({ argv: command });
  const there = new Set(stdout.split('\0'));
  const missing = commands.filter(({ places }) => !places.some((path) => there.has(path)));
  if (missing.length === 0) return;
  const words = missing.map(({ name, program }) => `${program} (receiver ${name})`).join(', ');
  throw new Fault({
    code: 'not-found',
    message: `alerts run a program that is not on ${host.name}, or not where the dashboard's unit sees it: ${words}`,
    host: host.name,
    ...(places.length === 0 ? {} : { command }),
    state: 'nothing was changed',
    next: `put it there, for example into /usr/local/bin, so that ${servePaths.user} may run it, and name it so; or take the receiver out of the edge file`,
  });
}

function programPlaces(program: string): readonly string[] {
  const places = program.includes('/')
    ? [isAbsolute(program) ? program : placeOf(program)]
    : programDirectories.map((directory) => join(directory, program));
  return places.filter((path) => !hiddenPlaces.test(path));
}
