import type { FaultCode } from '../base/fault.ts';
import type { ModelHost } from '../model/model.ts';
import type { NeededPort } from './needed-ports.ts';
import type { Activation } from '../render/desired-file.ts';

/**
 * What apply will do, as data: nothing in it is secret and all of it is JSON. Hosts stand in the order in which they
 * are changed. The bytes are not here: apply takes them from the DesiredHosts the plan was computed from.
 */
export interface Plan {
  readonly version: 1;
  readonly edge: string;
  /** Hash of everything desired, 16 hex digits. The same edge file, certificates and releases give the same. */
  readonly generation: string;
  readonly hosts: readonly HostPlan[];
  /** True while VRRP changes make the balancers disagree until the last one is done. */
  readonly vrrpTogether: boolean;
}

/**
 * What a change costs those who use the edge.
 *
 * | class       | meaning                                                                          |
 * |-------------|----------------------------------------------------------------------------------|
 * | hitless     | nobody without a server; NGINX may close idle connections on a reload            |
 * | peer-covers | one of several servers restarts; the others answer meanwhile                     |
 * | moves-vip   | a VIP moves to another balancer; its established connections break               |
 * | disruptive  | nobody covers, or two balancers hold a VIP for a while                           |
 */
export type ChangeClass = 'hitless' | 'peer-covers' | 'moves-vip' | 'disruptive';

export interface HostPlan {
  readonly host: string;
  readonly role: ModelHost['kind'];
  /** `first`: nothing of evenkeel has ever worked here, so nobody depends on it yet. */
  readonly since: 'first' | 'before';
  /** The worst class of its actions. */
  readonly class: ChangeClass;
  readonly changes: readonly Change[];
  /** Why this host can't be changed. Any refusal on any host refuses the whole plan. */
  readonly refusals: readonly Refusal[];
  /** Packages to install, sorted. */
  readonly install: readonly string[];
  /** Daemons that must accept the staged files before anything is written. */
  readonly checks: readonly Check[];
  /** Paths to write, to take away, and to give back to their content before evenkeel. */
  readonly write: readonly string[];
  readonly remove: readonly string[];
  readonly restore: readonly string[];
  /** What is done before any file changes: units of ours that are no longer wanted end while their files are there. */
  readonly retire: readonly Action[];
  /** What is told to whom after the files are in place, in order. */
  readonly actions: readonly Action[];
  /** What must be true afterwards: units that run and ports that are listened on. */
  readonly expect: { readonly units: readonly string[]; readonly ports: readonly NeededPort[] };
  /** The way back: what to do before the old files are in place again, and after. */
  readonly undo: { readonly before: readonly Action[]; readonly after: readonly Action[] };
}

/** One line of a plan. */
export type Change =
  | { readonly kind: 'install-package'; readonly name: string; readonly version: string | undefined }
  | FileChange
  | ProgramChange
  | { readonly kind: 'enable-unit'; readonly unit: string }
  | { readonly kind: 'start-unit'; readonly unit: string; readonly state: string }
  /** An apply began here and never ended: its daemons are told again. */
  | { readonly kind: 'finish-apply'; readonly generation: string };

/** A file that is not as it must be. */
export interface FileChange {
  readonly kind: 'file';
  /** `adopt`: right as it is, but not yet known as ours. `restore`: no longer wanted; what was there before returns. */
  readonly verb: 'create' | 'update' | 'remove' | 'restore' | 'adopt';
  readonly path: string;
  readonly activates: Activation;
  readonly visibility: 'public' | 'secret';
  readonly why: string;
  readonly before: FileMark | undefined;
  readonly after: FileMark | undefined;
  /** The file on the host was not written by evenkeel; it is kept as the original. */
  readonly foreign: boolean;
  /** The file on the host is not what evenkeel wrote last: somebody changed it. */
  readonly drifted: boolean;
  /** Unified diff; empty for secrets, new files, removals, and files of others that not everybody may read. */
  readonly diff: string;
}

/** A program that has to be brought to a host, or is no longer wanted there. */
export interface ProgramChange {
  readonly kind: 'program';
  readonly verb: 'create' | 'remove';
  readonly path: string;
  /** Debian's name for what the host is. */
  readonly architecture: string;
  /** Bytes. */
  readonly size: number;
  readonly why: string;
}

export interface FileMark {
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
  /** Lower-case hex SHA-256. */
  readonly hash: string;
}

/** Why a host can't be changed, and what to do about it. */
export interface Refusal {
  readonly host: string;
  readonly code: FaultCode;
  /** One sentence without a final stop. */
  readonly message: string;
  readonly next: string;
}

/** A daemon's own check of staged files. `systemd` only advises. */
export type Check = 'nginx' | 'keepalived' | 'powerdns' | 'nftables' | 'systemd';

/** Something done on a host after its files are in place. Units have their suffix. */
export type Action =
  | { readonly kind: 'daemon-reload' }
  | { readonly kind: 'tmpfiles'; readonly paths: readonly string[] }
  | { readonly kind: 'sysctl'; readonly paths: readonly string[] }
  | { readonly kind: 'enable'; readonly units: readonly string[] }
  | { readonly kind: 'disable'; readonly units: readonly string[] }
  | { readonly kind: 'start'; readonly unit: string }
  | { readonly kind: 'stop'; readonly unit: string }
  | { readonly kind: 'reload'; readonly unit: string; readonly class: ChangeClass; readonly why: string }
  | { readonly kind: 'restart'; readonly unit: string; readonly class: ChangeClass; readonly why: string }
  | { readonly kind: 'load-zone'; readonly zone: string; readonly path: string }
  | { readonly kind: 'drop-zone'; readonly zone: string; readonly path: string };

const classRanks: Readonly<Record<ChangeClass, number>> = {
  hitless: 0,
  'peer-covers': 1,
  'moves-vip': 2,
  disruptive: 3,
};

/** The worse of two classes. */
export function worseClass(a: ChangeClass, b: ChangeClass): ChangeClass {
  return classRanks[a] >= classRanks[b] ? a : b;
}

/** Whether nothing has to be done and nothing is refused. */
export function isEmptyPlan(plan: Plan): boolean {
  return plan.hosts.every((host) => host.changes.length === 0 && host.refusals.length === 0);
}

/** Every refusal of a plan. */
export function planRefusals(plan: Plan): readonly Refusal[] {
  return plan.hosts.flatMap((host) => host.refusals);
}
