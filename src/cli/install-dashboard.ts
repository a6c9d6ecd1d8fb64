import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { installProgram } from '../apply/install-program.ts';
import { parseAddress } from '../base/address.ts';
import { Fault } from '../base/fault.ts';
import { openOwnCertificate } from '../certs/own-certificate.ts';
import type { IssuedCertificate } from '../certs/keep-certificate.ts';
import type { Host } from '../hosts/host.ts';
import { pause } from '../hosts/pause.ts';
import { managedHosts, type ModelHost } from '../model/model.ts';
import { renderServeHost, servePaths, serveUserFile } from '../render/serve-host.ts';
import { serveKnownHosts, serveSshConfig } from '../render/serve-ssh.ts';
import { serveUnitName } from '../render/serve-unit.ts';
import { accountCount, accountsPath } from './account-file.ts';
import { openRuntime, packRuntime } from './agent-delivery.ts';
import { type CliContext, exitCodes } from './context.ts';
import type { Edge } from './edge-file.ts';
import type { EdgeHosts } from './edge-hosts.ts';
import type { Place } from './place.ts';
import { urlHost } from '../base/address.ts';
import type { Access } from './serve-access.ts';
import { alertsToBring } from './serve-alerts.ts';
import { openServeCertificate } from './serve-certificate.ts';
import { isLoopback } from '../base/loopback.ts';
import type { Listen } from './serve-listen.ts';
import { openServeProgram } from './serve-program.ts';
import { authorizeKey, destinationOf, hostKeysOf, makeServeKey, must, withdrawKey } from './serve-ssh-keys.ts';
import { checkWays } from './serve-ssh-ways.ts';

/** Where a dashboard is to run, and how it is reached there. */
export interface InstallRequest {
  readonly edge: Edge;
  readonly place: Place;
  readonly edgeHosts: EdgeHosts;
  /** The name of a managed host. */
  readonly on: string;
  /** Loopback stands for the host's first address. */
  readonly listen: Listen;
  readonly access: Extract<Access, { readonly kind: 'accounts' }>;
}

const usualPort = 7780;
/** How long it may take until it listens. Milliseconds. */
const beginMs = 60_000;

/**
 * Installs the dashboard on a managed host of the edge as a systemd unit: its account, its program, what its alerts need, a key of its own for every host. Anything that is there
 * already is taken over, so it is also how a dashboard gets a new version or a new edge file. Throws a Fault; what was done until then stays, and
 * is taken over by the next try.
 */
export async function installDashboard(context: CliContext, request: InstallRequest): Promise<number> {
  const { edge, place, edgeHosts } = request;
  const { machine, host } = hostOf(request);
  const machines = managedHosts(edge.model);
  const tell = (text: string): void => context.emit({ code: 'note', level: 'info', data: { text } });
  // All that may be refused is asked before anything changes.
  const accounts = await accountsFor(edge, host);
  const alerts = await alertsToBring(edge, host);
  const destinations = await Promise.all(machines.map((one) => destinationOf(one, place)));
  const keys = new Map(
    await Promise.all(machines.map(async (one) => [one.name, await hostKeysOf(way(edgeHosts, one.name))] as const)),
  );
  await checkWays(host, destinations, keys);
  const listen = listenOn(machine, request.listen);
  const { certificate, trust } = await certificateFor(context, request, machine);
  tell(`bringing the program of the dashboard to ${host.name}`);
  const program = await openServeProgram();
  const node = await bringNode(host);
  await host.write([serveUserFile(host.name)]);
  await must(host, ['systemd-sysusers', serveUserFile(host.name).path]);
  const state = join(servePaths.state, edge.model.name);
  for (const directory of [servePaths.state, state]) {
    await must(host, ['install', '-d', '-m', '700', '-o', servePaths.user, '-g', servePaths.user, directory]);
  }
  if (accounts !== undefined) {
    await host.write([
      {
        path: join(state, 'accounts.db'),
        mode: 0o600,
        owner: `${servePaths.user}:${servePaths.user}`,
        bytes: accounts,
      },
    ]);
  }
  const publicKey = await makeServeKey(host);
  await host.write(
    renderServeHost({
      host: host.name,
      edge: edge.model.name,
      edgeText: edge.text,
      alertFiles: alerts.files,
      program,
      node,
      listen,
      names: request.access.names,
      certificate,
      sshConfig: serveSshConfig(destinations, servePaths.identity),
      knownHosts: serveKnownHosts(keys),
    }),
  );
  await host.remove(alerts.outdated);
  tell(`letting its key in on ${machines.length} hosts, for commands from ${host.name} alone`);
  const dashboard = { host: host.name, addresses: machine.addresses.map(({ text }) => text) };
  await Promise.all(
    destinations.map((one) => authorizeKey({ host: way(edgeHosts, one.name), user: one.user, dashboard }, publicKey)),
  );
  await must(host, ['systemctl', 'daemon-reload']);
  await must(host, ['systemctl', 'enable', '--quiet', serveUnitName]);
  await must(host, ['systemctl', 'restart', serveUnitName]);
  await untilListening(context, host, listen);
  const [name = listen.address] = request.access.names;
  context.print(
    `${edge.model.name} is shown at https://${urlHost(name)}:${listen.port}/ by ${serveUnitName} of ${host.name}.\n` +
      `Accounts of that dashboard are made there: ${servePaths.command} serve user add NAME\n` +
      (edge.model.alerts.receivers.length === 0
        ? ''
        : `See there that its alerts arrive: ${servePaths.command} alert test\n`) +
      trust,
  );
  return exitCodes.done;
}

/** Takes a dashboard away from a host: its unit, files and account, and its key from every host. Its accounts, the secrets of its alerts and its history go with it. */
export async function removeDashboard(
  context: CliContext,
  request: Omit<InstallRequest, 'listen' | 'access'>,
): Promise<number> {
  const { edge, place, edgeHosts } = request;
  const { machine, host } = hostOf(request);
  const dashboard = { host: host.name, addresses: machine.addresses.map(({ text }) => text) };
  // The keys first: whatever goes wrong later, they open nothing any more.
  await Promise.all(
    managedHosts(edge.model).map(async (one) => {
      const { user } = await destinationOf(one, place);
      await withdrawKey({ host: way(edgeHosts, one.name), user, dashboard });
    }),
  );
  // Its failure says that there was none.
  await host.run({ argv: ['systemctl', 'disable', '--now', '--quiet', serveUnitName] });
  await host.remove([servePaths.unit, servePaths.command, serveUserFile(host.name).path]);
  await must(host, ['rm', '-rf', '--one-file-system', '--', servePaths.program, servePaths.home, servePaths.cache]);
  await host.run({ argv: ['userdel', servePaths.user] });
  await must(host, ['systemctl', 'daemon-reload']);
  context.print(`the dashboard of ${edge.model.name} is no longer on ${host.name}, and its key opens nothing`);
  return exitCodes.done;
}

function hostOf({ edge, edgeHosts, on }: Pick<InstallRequest, 'edge' | 'edgeHosts' | 'on'>): {
  readonly machine: ModelHost;
  readonly host: Host;
} {
  const machines = managedHosts(edge.model);
  const machine = machines.find(({ name }) => name === on);
  if (machine !== undefined) return { machine, host: way(edgeHosts, on) };
  throw new Fault({
    code: 'not-found',
    message: `${on} is no host that evenkeel manages`,
    state: 'nothing was changed',
    next: `name one of ${machines.map(({ name }) => name).join(', ')}`,
  });
}

/** Loopback of this computer is nothing there. */
function listenOn(machine: ModelHost, { address, port }: Listen): Listen {
  return {
    address: isLoopback(address) ? machine.addresses[0].text : address,
    port: port === 0 ? usualPort : port,
  };
}

/**
 * The certificate to bring. The CA of the edge stays where evenkeel is run, and its leaves would be late there within weeks; so when none is
 * given it is one that signed itself, and lasts.
 */
async function certificateFor(
  context: CliContext,
  { edge, access, listen }: InstallRequest,
  machine: ModelHost,
): Promise<{ readonly certificate: IssuedCertificate; readonly trust: string }> {
  if (access.tls.kind === 'files') {
    const certificate = await openServeCertificate(context, { edge, access, listen });
    return { certificate, trust: 'Its certificate is the one that was given; when it was renewed, install again.' };
  }
  const place = join(edge.stateDirectory, 'serve', machine.name);
  const isAddress = (name: string): boolean => parseAddress(name) !== undefined;
  const addresses = [...machine.addresses.map(({ text }) => text), ...access.names.filter(isAddress)];
  const wanted = { names: access.names.filter((name) => !isAddress(name)), addresses: [...new Set(addresses)] };
  const certificate = await openOwnCertificate(place, wanted, context.now());
  return { certificate, trust: `Its certificate signed itself: trust ${join(place, 'chain.pem')}.` };
}

function way({ hosts }: EdgeHosts, name: string): Host {
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`there is no way to ${name}`);
  return host;
}

/** The accounts to bring along; undefined: there are some already. Throws `not-found` when there are none anywhere. */
async function accountsFor(edge: Edge, host: Host): Promise<Uint8Array | undefined> {
  const [there] = await host.read([join(servePaths.state, edge.model.name, 'accounts.db')]);
  if (there?.kind === 'file') return undefined;
  if (accountCount(edge) > 0) return readFile(accountsPath(edge));
  throw new Fault({
    code: 'not-found',
    message: 'nobody could sign in: there is no account yet',
    state: `nothing was changed on ${host.name}`,
    next: 'make one, it is brought along: evenkeel serve user add NAME --role operator',
  });
}

/** The Node.js of the agent, which is there after an apply; brought when it is not. Returns its path. */
async function bringNode(host: Host): Promise<string> {
  const { path, sizes } = await openRuntime();
  const architecture = (await must(host, ['dpkg', '--print-architecture'])).trim();
  const there = await host.run({ argv: ['stat', '-c', '%s', path] });
  if (there.exitCode !== 0 || Number(there.stdout) !== sizes.get(architecture)) {
    await installProgram(host, path, await packRuntime(path, architecture));
  }
  return path;
}

async function untilListening(context: CliContext, host: Host, { port }: Listen): Promise<void> {
  const began = performance.now();
  while (performance.now() - began < beginMs) {
    if ((await must(host, ['ss', '-Hltn', 'sport', '=', `:${port}`])).trim() !== '') return;
    await pause(500, context.signal);
    if (context.signal.aborted) break;
  }
  const log = await host.run({ argv: ['journalctl', '-u', serveUnitName, '-n', '20', '--no-pager', '-o', 'cat'] });
  throw new Fault({
    code: 'verify-failed',
    message: `the dashboard on ${host.name} does not listen on port ${port}`,
    host: host.name,
    said: log.stdout.trim(),
    state: 'it is installed and systemd starts it again and again',
    next: `look at it there: journalctl -u ${serveUnitName}; or take it away: evenkeel serve --remove ${host.name}`,
  });
}
