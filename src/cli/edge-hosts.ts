import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host } from '../hosts/host.ts';
import { openSshHost } from '../hosts/open-ssh.ts';
import type { SshTarget } from '../hosts/ssh-target.ts';
import { labName } from '../lab/definition.ts';
import { clientMachine } from '../lab/lab-of-model.ts';
import { labPaths } from '../lab/lab-paths.ts';
import { assertLabRunning } from '../lab/lab-status.ts';
import { managedHosts, type Model, type ModelHost } from '../model/model.ts';
import type { Place } from './place.ts';

/** The hosts of an edge, each with an open way to it. */
export interface EdgeHosts {
  /** Managed hosts by name. */
  readonly hosts: ReadonlyMap<string, Host>;
  /** The lab's client machine; undefined for real hosts. */
  readonly client: Host | undefined;
  close(): Promise<void>;
}

/** A connection is given up after this long: a host that is down should not hold up the others. */
const connectTimeoutMs = 5000;

/** Ways to every managed host; nothing is connected yet. Throws `lab-not-running` when the lab is not up. */
async function openEdgeHosts(model: Model, place: Place): Promise<EdgeHosts> {
  if (place.kind === 'lab') await assertLabRunning(labName(model.name, place.suffix));
  const hosts = new Map(managedHosts(model).map((host) => [host.name, openSshHost(targetOf(model, host, place))]));
  const client =
    place.kind === 'lab' ? openLabMachine(labName(model.name, place.suffix), clientMachine(model)) : undefined;
  return {
    hosts,
    client,
    close: async () => {
      await Promise.all([...hosts.values(), ...(client === undefined ? [] : [client])].map((host) => host.close()));
    },
  };
}

/** Does `work` with ways to every managed host, and closes them however it ends. Throws what `openEdgeHosts` throws. */
export async function withEdgeHosts<T>(
  model: Model,
  place: Place,
  work: (edgeHosts: EdgeHosts) => Promise<T>,
): Promise<T> {
  const edgeHosts = await openEdgeHosts(model, place);
  try {
    return await work(edgeHosts);
  } finally {
    await edgeHosts.close();
  }
}

function targetOf(model: Model, host: ModelHost, place: Place): SshTarget {
  const { user } = host.ssh;
  if (place.kind === 'lab') {
    return { ...labTarget(labName(model.name, place.suffix), host.name), ...(user === undefined ? {} : { user }) };
  }
  return {
    name: host.name,
    destination: host.ssh.destination,
    ...(user === undefined ? {} : { user }),
    ...(host.ssh.port === undefined ? {} : { port: host.ssh.port }),
    ...(host.ssh.identity === undefined ? {} : { identityFile: host.ssh.identity }),
    ...(host.ssh.jump === undefined ? {} : { proxyJump: host.ssh.jump }),
    controlDirectory: controlDirectory(),
    sudo: 'when-needed',
    connectTimeoutMs,
  };
}

/** A machine of a running lab, as root. */
export function openLabMachine(lab: string, machine: string): Host {
  return openSshHost(labTarget(lab, machine));
}

function labTarget(lab: string, machine: string): SshTarget {
  return {
    name: machine,
    destination: machine,
    configFile: labPaths(lab).sshConfig,
    controlDirectory: labPaths(lab).controlDirectory,
    sudo: 'when-needed',
    connectTimeoutMs,
  };
}

/** Per user, because others must not find the sockets of our connections. */
function controlDirectory(): string {
  const user = process.getuid?.() ?? 0;
  const runtime = process.env['XDG_RUNTIME_DIR'];
  // `sudo -E` and `su` keep the variable of somebody else, and it outlives its directory.
  const owner = runtime === undefined ? undefined : statSync(runtime, { throwIfNoEntry: false })?.uid;
  return runtime !== undefined && owner === user ? join(runtime, 'evenkeel') : join(tmpdir(), `evenkeel-${user}`);
}
