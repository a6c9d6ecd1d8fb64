import { agentUnit } from '../model/agent-paths.ts';

/** A daemon of a machine, by the name people use. */
export type LabService = 'agent' | 'nginx' | 'keepalived' | 'pdns' | 'sshd';

/** Something that is done to a running lab from outside, without the program under test knowing. */
export type LabFault =
  /** SIGKILL for a service's main process, or for all its processes. */
  | {
      readonly kind: 'kill';
      readonly machine: string;
      readonly service: LabService;
      readonly processes: 'main' | 'all';
    }
  /** SIGSTOP for all processes of a service: it hangs, its sockets stay. */
  | { readonly kind: 'hang'; readonly machine: string; readonly service: LabService }
  /** SIGCONT for all processes of a service. */
  | { readonly kind: 'resume'; readonly machine: string; readonly service: LabService }
  /** `systemctl stop` and `systemctl start`. */
  | { readonly kind: 'stop'; readonly machine: string; readonly service: LabService }
  | { readonly kind: 'start'; readonly machine: string; readonly service: LabService }
  /** Cables first, then all processes at once: nobody says goodbye. Only the disk stays. */
  | { readonly kind: 'power-off'; readonly machine: string }
  | { readonly kind: 'power-on'; readonly machine: string }
  /** The machine's cables pulled at the switch, and plugged in again. */
  | { readonly kind: 'link-down'; readonly machine: string }
  | { readonly kind: 'link-up'; readonly machine: string }
  /** Frames from one machine to another are dropped in the lab's bridge; `two-way` drops both directions. */
  | {
      readonly kind: 'partition';
      readonly from: string;
      readonly to: string;
      readonly direction: 'one-way' | 'two-way';
    }
  /** Takes back the partition of the same machines and direction; others that stand stay. */
  | {
      readonly kind: 'join';
      readonly from: string;
      readonly to: string;
      readonly direction: 'one-way' | 'two-way';
    }
  /**
   * The router of a network: it forwards nothing and answers nothing but neighbour discovery. The operator's SSH, which
   * comes from the router's address in a lab, goes on.
   */
  | { readonly kind: 'gateway-down' | 'gateway-up'; readonly network: string };

/** The systemd units behind the services (Debian). */
export const serviceUnits: Readonly<Record<LabService, string>> = {
  agent: agentUnit,
  keepalived: 'keepalived.service',
  nginx: 'nginx.service',
  pdns: 'pdns.service',
  sshd: 'ssh.service',
};

/** The machines a fault is about; none for a router. */
export function faultMachines(fault: LabFault): readonly string[] {
  switch (fault.kind) {
    case 'partition':
    case 'join':
      return [fault.from, fault.to];
    case 'gateway-down':
    case 'gateway-up':
      return [];
    case 'kill':
    case 'hang':
    case 'resume':
    case 'stop':
    case 'start':
    case 'power-off':
    case 'power-on':
    case 'link-down':
    case 'link-up':
      return [fault.machine];
  }
}

/** Whether `later` takes back what `earlier` did. */
export function takesBack(later: LabFault, earlier: LabFault): boolean {
  switch (later.kind) {
    case 'join':
      return earlier.kind === 'partition' && samePath(later, earlier);
    case 'gateway-up':
      return earlier.kind === 'gateway-down' && earlier.network === later.network;
    case 'power-off':
      // Whatever ran there is gone; what stays broken after the next start is only the machine's configuration.
      return isOn(later.machine, earlier) && earlier.kind !== 'link-down' && earlier.kind !== 'power-off';
    case 'power-on':
      return isOn(later.machine, earlier) && (earlier.kind === 'power-off' || earlier.kind === 'link-down');
    case 'link-up':
      return isOn(later.machine, earlier) && earlier.kind === 'link-down';
    case 'resume':
      return isOn(later.machine, earlier) && earlier.kind === 'hang' && earlier.service === later.service;
    case 'start':
      return (
        isOn(later.machine, earlier) &&
        (earlier.kind === 'stop' || earlier.kind === 'kill') &&
        earlier.service === later.service
      );
    case 'kill':
      // Processes that are gone don't hang.
      return later.processes === 'all' && isHangOf(later, earlier);
    case 'stop':
      return isHangOf(later, earlier);
    case 'hang':
    case 'link-down':
    case 'partition':
    case 'gateway-down':
      return false;
  }
}

function isHangOf(ends: { readonly machine: string; readonly service: LabService }, fault: LabFault): boolean {
  return fault.kind === 'hang' && fault.machine === ends.machine && fault.service === ends.service;
}

type OfMachine = Extract<LabFault, { readonly machine: string }>;

function isOn(machine: string, fault: LabFault): fault is OfMachine {
  return 'machine' in fault && fault.machine === machine;
}

interface Path {
  readonly from: string;
  readonly to: string;
  readonly direction: 'one-way' | 'two-way';
}

function samePath(a: Path, b: Path): boolean {
  if (a.direction !== b.direction) return false;
  const same = a.from === b.from && a.to === b.to;
  return same || (a.direction === 'two-way' && a.from === b.to && a.to === b.from);
}

const repairs: readonly LabFault['kind'][] = ['resume', 'start', 'power-on', 'link-up', 'join', 'gateway-up'];

/** The faults that stand after one more: those it takes back go, and it stays itself if it broke something. */
export function standingFaults(standing: readonly LabFault[], next: LabFault): readonly LabFault[] {
  const left = standing.filter((fault) => !takesBack(next, fault));
  const known = left.some((fault) => JSON.stringify(fault) === JSON.stringify(next));
  return repairs.includes(next.kind) || known ? left : [...left, next];
}
