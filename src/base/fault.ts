/** Every way the world can refuse us. A code names a cause, not a place. */
export type FaultCode =
  | 'not-root'
  | 'tool-missing'
  | 'kernel-feature-missing'
  | 'disk-full'
  | 'image-build-failed'
  | 'lab-not-running'
  | 'lab-already-running'
  | 'lab-machine-failed'
  | 'host-unreachable'
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'login-refused'
  | 'sudo-refused'
  | 'command-failed'
  | 'command-timed-out'
  | 'unsupported-release'
  | 'unsupported-architecture'
  | 'package-unavailable'
  | 'config-refused'
  | 'port-taken'
  | 'unit-masked'
  | 'file-in-the-way'
  | 'other-edge'
  | 'balancer-left'
  | 'address-taken'
  | 'vrid-taken'
  | 'apply-locked'
  | 'drill-running'
  | 'plan-outdated'
  | 'verify-failed'
  | 'undo-failed'
  | 'certificate-invalid'
  | 'file-unreadable'
  | 'interrupted'
  | 'not-found'
  | 'unhealthy';

/** What a Fault tells a person. Only `code` and `message` are always there. */
export interface FaultDetails {
  readonly code: FaultCode;
  /** What happened, in one sentence without a final stop. */
  readonly message: string;
  /** The host it happened on. */
  readonly host?: string;
  /** The command that failed, as argv. Never holds a secret. */
  readonly command?: readonly string[];
  /** The daemon's or the tool's own words, trimmed. */
  readonly said?: string;
  /** What was left in which state. */
  readonly state?: string;
  /** The next thing to do, as a sentence or a command. */
  readonly next?: string;
}

/** The world refused: a host, a daemon, the disk. Bugs are plain errors. Thrown at the edges, handled once in `cli`. */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly details: FaultDetails;

  constructor(details: FaultDetails, cause?: unknown) {
    super(details.message, cause === undefined ? undefined : { cause });
    this.details = details;
  }

  get code(): FaultCode {
    return this.details.code;
  }
}

/** A Fault in one line: what happened, and the next thing to do. */
export function faultLine({ details: { message, next } }: Fault): string {
  return next === undefined ? message : `${message}; ${next}`;
}
