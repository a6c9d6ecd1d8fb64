/** A VIP that was moved. Durations are milliseconds. */
export interface Moved {
  readonly vip: string;
  readonly addresses: readonly string[];
  /** Undefined: nobody else held it. */
  readonly from: string | undefined;
  readonly to: string;
  /** It was there before, alone; now it stays there. */
  readonly already: boolean;
  /** From the first change to the moment the new holder was seen alone. */
  readonly ms: number;
  /** Established connections that go on where they were. Undefined: the old holder does not answer any more. */
  readonly connections: number | undefined;
  /** The target had just returned and was watched; that has ended, so its other VIPs come home too. */
  readonly watchEnded: boolean;
  /** Balancers that did not answer: a VIP that was moved there before is claimed there still. */
  readonly untold: readonly string[];
}

/** A balancer that was drained. */
export interface Drained {
  readonly balancer: string;
  readonly moved: readonly Moved[];
  /** Established connections it had when it held no VIP any more. */
  readonly connectionsFound: number;
  /** Those of them that ended by themselves. */
  readonly connectionsEnded: number;
  /** Those that were left when the wait ended: 0 unless the deadline came first. */
  readonly connections: number;
}

/** A balancer that is in service again. */
export interface Undrained {
  readonly balancer: string;
  /** False: it was not drained, and nothing was changed. */
  readonly wasDrained: boolean;
  /** VIPs it holds now. */
  readonly holds: readonly string[];
  /** VIPs that prefer it and stay where a person moved them. */
  readonly elsewhere: readonly { readonly vip: string; readonly on: string }[];
}

/** A backend that was taken out of rotation, or put back. */
export interface DrainedBackend {
  readonly backend: string;
  readonly does: 'drain' | 'undrain';
  /** Pools that have it. */
  readonly pools: readonly string[];
  /** Balancers on which it was drained by this name before. */
  readonly before: readonly string[];
  /** Other names by which it, or a port of it, is drained still: `web1` and `web1:80` are told apart. */
  readonly also: readonly string[];
  /** Balancers that do so. */
  readonly told: readonly string[];
  /** Balancers that could not be told, and why. */
  readonly silent: readonly { readonly balancer: string; readonly why: string }[];
}
