import type { Release } from '../base/release.ts';

/**
 * What must happen on the host once a file has changed, from the mildest on. Steps are made from it in `plan`:
 * which daemon checks the file before it is activated, and which reload makes it true.
 */
export type Activation =
  | 'nginx'
  | 'keepalived'
  | 'powerdns'
  | 'nftables'
  | 'sysctl'
  | 'systemd-nginx'
  | 'systemd-keepalived'
  | 'systemd-powerdns'
  | 'systemd-nftables'
  /** The table and script that keep moved connections apart, and their unit. */
  | 'handover'
  | 'systemd-handover'
  /** The agent's program and configuration, and its unit. */
  | 'agent'
  | 'systemd-agent'
  | 'tmpfiles'
  /** A zone file that is loaded into PowerDNS with `pdnsutil load-zone`. */
  | 'zone'
  /** Read by whoever opens it; nothing to do. */
  | 'none';

/** One file as it must be on one host. Pure data: made by `render`, compared by `plan`, written by `apply`. */
export interface DesiredFile {
  readonly host: string;
  /** Absolute path on the host. */
  readonly path: string;
  /** Permission bits. */
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
  readonly bytes: Uint8Array;
  /** Lower-case hex SHA-256 of `bytes`. */
  readonly hash: string;
  /** A secret's content is never shown: plan and diff print its hash's first digits. */
  readonly visibility: 'public' | 'secret';
  readonly activates: Activation;
  /** One line for the reader of a plan: what this file is for. */
  readonly why: string;
}

/**
 * A program that is too large to be read back and compared: its path changes with its content, so a file of that path and size
 * is the right one. `apply` checks the hash when it brings it.
 */
export interface DesiredProgram {
  /** Absolute path on the host; it holds the version. */
  readonly path: string;
  /** Debian's name of an architecture -> bytes, for each build that this computer has. */
  readonly sizes: ReadonlyMap<string, number>;
  /** One line for the reader of a plan: what it is for. */
  readonly why: string;
}

/** Everything one host must have. */
export interface DesiredHost {
  readonly host: string;
  readonly release: Release;
  /** Debian packages, sorted. */
  readonly packages: readonly string[];
  /** systemd units that must be enabled and running, in the order they start. */
  readonly units: readonly string[];
  /** Programs beside the files. */
  readonly programs: readonly DesiredProgram[];
  /** Sorted by path. */
  readonly files: readonly DesiredFile[];
}
