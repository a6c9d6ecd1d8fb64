import type { Emit } from '../base/event.ts';
import type { Host } from '../hosts/host.ts';
import type { Model } from '../model/model.ts';

/** What planned operations need. */
export interface MoveWorld {
  readonly model: Model;
  /** Managed hosts by name. */
  readonly hosts: ReadonlyMap<string, Host>;
  readonly emit: Emit;
  readonly signal: AbortSignal;
  /** Milliseconds that open connections may go on where they are. */
  readonly deadlineMs: number;
  readonly patience: Patience;
}

/** How long is waited for keepalived. Milliseconds. */
export interface Patience {
  /** For a VIP that was moved: keepalived waits three adverts, and a host may be slow. */
  readonly moveMs: number;
  /** For VIPs that come home by themselves. */
  readonly homeMs: number;
}

/** With real hosts. */
export const usualPatience: Patience = { moveMs: 20_000, homeMs: 120_000 };

/** Throws a plain Error for a host that no edge file names. */
export function hostOf(world: MoveWorld, name: string): Host {
  const host = world.hosts.get(name);
  if (host === undefined) throw new Error(`no way to ${name}`);
  return host;
}
