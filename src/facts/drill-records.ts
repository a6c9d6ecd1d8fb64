/** What a load probe and the observers of a drill write down. Times are milliseconds since the epoch, with fractions. */

/** How a request failed. */
export type FailureKind =
  /** The resolvers gave no address in time. */
  | 'no-address'
  /** The connection was refused, or the network said unreachable. */
  | 'refused'
  /** No connection within the time. */
  | 'connect-timeout'
  /** The TLS handshake failed or did not end within the time. */
  | 'tls'
  /** The connection broke before the answer was whole. */
  | 'reset'
  /** Connected, and no whole answer within the time. */
  | 'no-answer'
  /** An answer with a status of 500 or more. */
  | 'status'
  /** An answer with other bytes than expected. */
  | 'wrong-bytes';

/** All of them, in the order of a request. */
export const failureKinds = [
  'no-address',
  'refused',
  'connect-timeout',
  'tls',
  'reset',
  'no-answer',
  'status',
  'wrong-bytes',
] as const satisfies readonly FailureKind[];

/** One request. It was started on schedule, whether or not earlier ones had returned. */
export interface RequestRecord {
  readonly kind: 'request';
  /** `LoadStream.id`. */
  readonly stream: string;
  readonly start: number;
  readonly end: number;
  /** Undefined: it succeeded. */
  readonly failure: FailureKind | undefined;
  /** The address it was sent to; empty when there was none. */
  readonly address: string;
  /** The web server that answered, as it names itself; empty when unknown. */
  readonly server: string;
}

/** One long connection, written when it ended. */
export interface ConnectionRecord {
  readonly kind: 'connection';
  readonly stream: string;
  readonly start: number;
  readonly end: number;
  /** `whole`: it did what it should, or the probe closed it. `broken`: it ended on its own. `corrupt`: bytes were wrong. */
  readonly result: 'whole' | 'broken' | 'corrupt';
  readonly failure: FailureKind | undefined;
  readonly address: string;
  readonly server: string;
  /** Bytes of body that came or went. */
  readonly bytes: number;
}

/** One question to one nameserver. */
export interface AnswerRecord {
  readonly kind: 'answer';
  readonly nameserver: string;
  readonly name: string;
  readonly at: number;
  /** Sorted; empty without an answer. */
  readonly addresses: readonly string[];
  /** Undefined when it answered. */
  readonly failure: string | undefined;
}

/** How late a timer was that should have fired every few milliseconds. */
export interface StallRecord {
  readonly kind: 'stall';
  /** `probe`: the load's own. `lab`: one beside the lab's machines, on the computer they share; it is as patient as their daemons. */
  readonly of: 'probe' | 'lab';
  /** When it should have fired. */
  readonly at: number;
  readonly lateMs: number;
}

/** Who said to hold a VIP at a moment. */
export interface HolderRecord {
  readonly kind: 'holder';
  readonly vip: string;
  readonly at: number;
  /** `hosts`: asked on the balancers. `neighbours`: the MAC that a client's neighbour table has. */
  readonly seen: 'hosts' | 'neighbours';
  /** Balancers' names, sorted. A MAC that belongs to none stands as it is. */
  readonly holders: readonly string[];
  /** Balancers that did not answer. */
  readonly silent: readonly string[];
}

/** Whether a balancer reaches a backend. */
export interface BackendRecord {
  readonly kind: 'backend';
  readonly balancer: string;
  readonly backend: string;
  readonly at: number;
  readonly up: boolean;
}

/** Everything a drill writes down. */
export type DrillRecord = RequestRecord | ConnectionRecord | AnswerRecord | StallRecord | HolderRecord | BackendRecord;
