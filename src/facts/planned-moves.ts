/** A VIP that was moved. Durations are milliseconds. */
export interface Moved {
  readonly vip: string;
  readonly addresses: readonly string[];
  /** Undefined: nobody else held it. */
  readonly from: string | undefined;
  readonly to: string;
  /** From the first change to the moment the new holder was seen alone. */
  readonly ms: number;
  /** Established connections that go on where they were. */
  readonly connections: number;
}

/** A balancer that was drained. */
export interface Drained {
  readonly balancer: string;
  readonly moved: readonly Moved[];
  /** Established connections that were left when the wait ended: 0 unless the deadline came first. */
  readonly connections: number;
}

/** A balancer that is in service again. */
export interface Undrained {
  readonly balancer: string;
  /** VIPs it holds now. */
  readonly holds: readonly string[];
}

/** A backend that was taken out of rotation, or put back. */
export interface DrainedBackend {
  readonly backend: string;
  readonly does: 'drain' | 'undrain';
  /** Balancers that do so. */
  readonly told: readonly string[];
  /** Balancers that could not be told, and why. */
  readonly silent: readonly { readonly balancer: string; readonly why: string }[];
}
