/** A daemon of a machine, by the name people use. */
export type LabService = 'nginx' | 'keepalived' | 'pdns' | 'sshd';

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
    };

/** The systemd units behind the services (Debian). */
export const serviceUnits: Readonly<Record<LabService, string>> = {
  keepalived: 'keepalived.service',
  nginx: 'nginx.service',
  pdns: 'pdns.service',
  sshd: 'ssh.service',
};

/** The machines a fault is about. */
export function faultMachines(fault: LabFault): readonly string[] {
  return fault.kind === 'partition' ? [fault.from, fault.to] : [fault.machine];
}

/** Whether `later` takes back what `earlier` did. */
export function takesBack(later: LabFault, earlier: LabFault): boolean {
  if (earlier.kind === 'partition' || later.kind === 'partition' || earlier.machine !== later.machine) return false;
  switch (later.kind) {
    case 'power-off':
      // Whatever ran there is gone; what stays broken after the next start is only the machine's configuration.
      return earlier.kind !== 'link-down' && earlier.kind !== 'power-off';
    case 'power-on':
      return earlier.kind === 'power-off' || earlier.kind === 'link-down';
    case 'link-up':
      return earlier.kind === 'link-down';
    case 'resume':
      return earlier.kind === 'hang' && earlier.service === later.service;
    case 'start':
      return (earlier.kind === 'stop' || earlier.kind === 'kill') && earlier.service === later.service;
    case 'kill':
    case 'hang':
    case 'stop':
    case 'link-down':
      return false;
  }
}

/** The faults that stand after one more: those it takes back go, and it stays itself if it broke something. */
export function standingFaults(standing: readonly LabFault[], next: LabFault): readonly LabFault[] {
  const left = standing.filter((fault) => !takesBack(next, fault));
  const repairs = ['resume', 'start', 'power-on', 'link-up'].includes(next.kind);
  const known = left.some((fault) => JSON.stringify(fault) === JSON.stringify(next));
  return repairs || known ? left : [...left, next];
}
