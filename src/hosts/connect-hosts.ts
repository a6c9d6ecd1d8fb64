import { Fault } from '../base/fault.ts';
import type { Host } from './host.ts';
import { turnstile } from './turnstile.ts';

/** Connections that are opened at the same time; each costs an ssh process and a key exchange. */
const atOnce = 16;

/** What came of trying to reach one host. */
export type Opening =
  | { readonly kind: 'opened'; readonly host: Host }
  | { readonly kind: 'refused'; readonly host: Host; readonly fault: Fault };

/** Several hosts can't be used. One Fault per host; as a whole it is a Fault that names them all; of one host, that host's. */
export class HostsUnreachable extends Fault {
  readonly faults: readonly Fault[];

  constructor(faults: readonly [Fault, ...Fault[]], total: number) {
    const [first, ...others] = faults;
    const names = faults.map((fault) => fault.details.host ?? '?').join(', ');
    const state = 'nothing was changed';
    // One host's words need no frame: each would only be said twice.
    super(
      others.length === 0
        ? { ...first.details, state }
        : {
            // The cause, if all share it.
            code: others.every((fault) => fault.code === first.code) ? first.code : 'host-unreachable',
            message: `${faults.length} of ${total} hosts can't be used: ${names}`,
            said: faults.map(describe).join('\n'),
            state,
            next: 'mend each host as said above, and try again',
          },
    );
    this.faults = faults;
  }
}

/**
 * Opens the connection to each host and runs a command as root there, so that a missing right to sudo shows now and not in
 * the middle of a change. Answers in the order given; never throws a Fault.
 */
export async function tryHosts(hosts: readonly Host[]): Promise<readonly Opening[]> {
  const enter = turnstile(atOnce);
  return Promise.all(
    hosts.map((host) =>
      enter(async (): Promise<Opening> => {
        try {
          await host.run({ argv: ['true'], as: 'root' });
          return { kind: 'opened', host };
        } catch (error) {
          if (error instanceof Fault) return { kind: 'refused', host, fault: error };
          throw error;
        }
      }),
    ),
  );
}

/** Opens all hosts. Throws HostsUnreachable with every host that refuses, after closing all of them. */
export async function connectHosts(hosts: readonly Host[]): Promise<void> {
  const openings = await tryHosts(hosts);
  const [first, ...others] = openings.flatMap((opening) => (opening.kind === 'refused' ? [opening.fault] : []));
  if (first === undefined) return;
  await closeHosts(hosts);
  throw new HostsUnreachable([first, ...others], hosts.length);
}

/** Closes all hosts. */
export async function closeHosts(hosts: readonly Host[]): Promise<void> {
  await Promise.all(hosts.map((host) => host.close()));
}

/** `lb1: can't be reached ... -> what to do`, one line. */
function describe(fault: Fault): string {
  const { host, message, next } = fault.details;
  return `${host ?? '?'}: ${message}${next === undefined ? '' : ` -> ${next}`}`;
}
