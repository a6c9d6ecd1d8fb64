import { labStatus } from '../lab/lab-status.ts';
import { machineNamespace, machinePaths } from '../lab/lab-paths.ts';
import { namespaceFolder } from '../lab/network.ts';
import { assertRoot } from '../lab/root.ts';
import { readLabState } from '../lab/state.ts';
import { Fault } from '../base/fault.ts';
import type { ProbePlace } from './probe.ts';
import { programFile } from './program-file.ts';

/**
 * Gives a command the machine's way of looking up names, in a mount namespace of its own: nobody else sees it, and the
 * kernel takes it away with the command. Arguments: the folder over which the machine's own files lie, its image, the command.
 */
const resolverScript = `set -eu
upper=$1; image=$2; shift 2
mount --bind "$upper/etc/resolv.conf" /etc/resolv.conf
mount --bind "$upper/etc/hosts" /etc/hosts
if [ -e /etc/nsswitch.conf ]; then mount --bind "$image/etc/nsswitch.conf" /etc/nsswitch.conf; fi
if [ -d /run/nscd ]; then mount -t tmpfs tmpfs /run/nscd; fi
unset LOCALDOMAIN RES_OPTIONS HOSTALIASES
exec "$@"
`;

/** How to start the load probe there. Throws the Faults `not-root` and `lab-not-running`. */
export async function probeArgv(place: ProbePlace): Promise<[string, ...string[]]> {
  const file = programFile({ source: 'probe-main.ts', bundled: 'drill-probe.js' });
  const program: [string, ...string[]] = [process.execPath, '--disable-warning=ExperimentalWarning', file];
  switch (place.kind) {
    case 'here':
      return program;
    case 'lab': {
      assertRoot('start a load probe in a lab');
      const image = await runningImage(place.lab, place.machine);
      return [
        'nsenter',
        `--net=${namespaceFolder}/${machineNamespace(place.lab, place.machine)}`,
        'unshare',
        '--mount',
        '--propagation=private',
        'sh',
        '-c',
        resolverScript,
        'evenkeel-probe',
        machinePaths(place.lab, place.machine).upper,
        image,
        ...program,
      ];
    }
  }
}

/** The image that a running machine of a lab was made from. */
async function runningImage(lab: string, machine: string): Promise<string> {
  const [state, status] = await Promise.all([readLabState(lab), labStatus(lab)]);
  const running = status?.hosts.some((host) => host.name === machine && host.running) === true;
  if (state !== undefined && running) return state.image;
  throw new Fault({
    code: 'lab-not-running',
    message: `the machine ${machine} of the lab ${lab} is not running`,
    host: machine,
    next: 'evenkeel lab status',
  });
}
