/**
 * Every name the lab gives to something of this computer. A dot separates lab and machine because neither name can hold
 * one, so that what belongs to a lab can be found by name alone, after any crash.
 */

/** The prefix of all names. */
export const labPrefix = 'ek-';

/** The network namespace of the lab itself: bridges, gateways, the operator. */
export function labNamespace(lab: string): string {
  return `${labPrefix}${lab}`;
}

/** The network namespace of a machine; also its name for systemd-nspawn and its cgroup. */
export function machineNamespace(lab: string, machine: string): string {
  return `${labPrefix}${lab}.${machine}`;
}

/** Whether a namespace, cgroup or machine of that name belongs to the lab. */
export function belongsToLab(lab: string, name: string): boolean {
  return name === labNamespace(lab) || name.startsWith(`${labNamespace(lab)}.`);
}

/** The lab's end of a machine's cable, in the lab's namespace. At most 15 characters. */
export function portName(machineIndex: number, interfaceIndex: number): string {
  return `port${machineIndex}.${interfaceIndex}`;
}

/** The bridge of a network, in the lab's namespace. */
export function bridgeName(networkIndex: number): string {
  return `bridge${networkIndex}`;
}

/** Where images are kept. `EVENKEEL_CACHE` in the environment replaces /var/cache/evenkeel. */
export function imagesFolder(): string {
  return `${process.env['EVENKEEL_CACHE'] ?? '/var/cache/evenkeel'}/images`;
}

/** Where labs are kept. `EVENKEEL_STATE` in the environment replaces /var/lib/evenkeel. */
export function labsFolder(): string {
  return `${process.env['EVENKEEL_STATE'] ?? '/var/lib/evenkeel'}/labs`;
}

/** What is kept of one lab. */
export interface LabPaths {
  readonly folder: string;
  readonly state: string;
  readonly sshConfig: string;
  readonly knownHosts: string;
  /** The private key that may log in to every machine. */
  readonly clientKey: string;
  /** Where controllers keep the sockets of their SSH connections, so that they end with the lab. */
  readonly controlDirectory: string;
  /** Held while the lab changes. Outside `folder`, which comes and goes. */
  readonly lock: string;
  /** Held by the `evenkeel start` that shows the lab; a file that nobody holds was left by one that was killed. */
  readonly startLock: string;
}

/** The files of a lab. */
export function labPaths(lab: string): LabPaths {
  const folder = `${labsFolder()}/${lab}`;
  return {
    folder,
    state: `${folder}/lab.json`,
    sshConfig: `${folder}/ssh_config`,
    knownHosts: `${folder}/known_hosts`,
    clientKey: `${folder}/id_ed25519`,
    controlDirectory: `${folder}/control`,
    lock: `${labsFolder()}/.${lab}.lock`,
    startLock: `${labsFolder()}/.${lab}.start`,
  };
}

/** What is kept of one machine. */
export interface MachinePaths {
  readonly folder: string;
  /** The throw-away layer over the image, and the folder overlayfs works in. */
  readonly upper: string;
  readonly work: string;
  /** Where image and layer are mounted, in the machine's own mount namespace only. */
  readonly root: string;
  /** What systemd-nspawn and the machine's console said. */
  readonly console: string;
  readonly hostKey: string;
}

/** The files of a machine. */
export function machinePaths(lab: string, machine: string): MachinePaths {
  const folder = `${labPaths(lab).folder}/machines/${machine}`;
  return {
    folder,
    upper: `${folder}/upper`,
    work: `${folder}/work`,
    root: `${folder}/root`,
    console: `${folder}/console.log`,
    hostKey: `${folder}/ssh_host_ed25519_key`,
  };
}
