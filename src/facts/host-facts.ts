/** What was observed on one host. Nothing in it is derived from the edge file. */
export interface HostFacts {
  readonly host: string;
  readonly os: { readonly id: string; readonly versionId: string; readonly codename: string };
  /** Debian's name, e.g. `amd64`. */
  readonly architecture: string;
  /** Installed packages of those asked for: name -> version. */
  readonly packages: ReadonlyMap<string, string>;
  /** The version apt would install, for packages asked for that are not installed. */
  readonly candidates: ReadonlyMap<string, string>;
  /** Keyed by the name that was asked for. */
  readonly units: ReadonlyMap<string, UnitFacts>;
  readonly interfaces: readonly InterfaceFacts[];
  readonly listeners: readonly Listener[];
  /** Programs that evenkeel put there (`runtimePrefix`), by path. */
  readonly programs: ReadonlyMap<string, ProgramFacts>;
  /** The files asked for, by path. */
  readonly files: ReadonlyMap<string, FileFacts>;
  /** What evenkeel wrote before; undefined on a host it has never touched. */
  readonly manifest: Manifest | undefined;
  /** Seconds since 1970 on the host's own clock. */
  readonly clock: number;
}

/** A systemd unit (`systemctl show`). */
export interface UnitFacts {
  readonly name: string;
  /** `loaded`, `not-found`, `masked`, `bad-setting`, `error`. */
  readonly loadState: string;
  readonly activeState: string;
  readonly subState: string;
  /** `enabled`, `disabled`, `masked`, `static`, or empty when there is no such unit. */
  readonly unitFileState: string;
  readonly mainPid: number;
}

/** An interface (`ip -j addr`). */
export interface InterfaceFacts {
  readonly name: string;
  readonly mac: string;
  readonly up: boolean;
  readonly mtu: number;
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[];
}

/** A program as it lies on a host; its bytes are not read. */
export interface ProgramFacts {
  /** Bytes. */
  readonly size: number;
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
}

/** A listening socket (`ss -Hlntup`). */
export interface Listener {
  readonly protocol: 'tcp' | 'udp';
  /** `0.0.0.0`, `::`, `*` or an address. An interface (`%lo`) is cut off. */
  readonly address: string;
  readonly port: number;
  /** Names of the processes that hold it; empty when not shown. */
  readonly processes: readonly string[];
}

/** A file on the host; bytes are kept so that a diff can be shown and a change undone. */
export type FileFacts =
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'file';
      readonly mode: number;
      readonly owner: string;
      readonly hash: string;
      readonly bytes: Uint8Array;
    }
  | { readonly kind: 'other' };

/** The record evenkeel keeps on a host at /var/lib/evenkeel/manifest.json. */
export interface Manifest {
  readonly version: 1;
  readonly edge: string;
  /** The generation that was activated and verified last; empty before the first. */
  readonly generation: string;
  /** All files evenkeel put there, sorted by path. */
  readonly files: readonly ManifestFile[];
  /** Files that were there before evenkeel and gave way; their bytes lie in generations/0. Sorted by path. */
  readonly originals: readonly OriginalFile[];
  /** An apply that has begun to change this host and has not said that it ended. */
  readonly unfinished: UnfinishedApply | undefined;
}

/** A file of ours. */
export interface ManifestFile {
  readonly path: string;
  /** Lower-case hex SHA-256 of what was written. */
  readonly hash: string;
  /** What has to be told when it changes or goes: an `Activation` of render/desired-file.ts, as text. */
  readonly activates: string;
}

/** A file that was there before evenkeel. */
export interface OriginalFile {
  readonly path: string;
  readonly mode: number;
  /** `user:group`. */
  readonly owner: string;
}

/** What an apply announced before it changed the first file. */
export interface UnfinishedApply {
  readonly generation: string;
  /** Every file it was about to write or remove. */
  readonly files: readonly ManifestFile[];
}
