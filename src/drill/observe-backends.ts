import type { BackendRecord } from '../facts/drill-records.ts';
import type { Host } from '../hosts/host.ts';
import type { Model } from '../model/model.ts';
import { checkBackends } from '../observe/backend-checks.ts';
import { drillNow, repeatedly, type Watcher } from './wait-until.ts';

const everyMs = 1000;

interface BackendWatch {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  /** Balancers that do not answer: nothing is known of what they reach. */
  readonly silent: ReadonlySet<string>;
  readonly onRecord: (record: BackendRecord) => void;
  readonly onBug: (error: unknown) => void;
}

/** Sends the pools' own checks from each balancer, once a second, and writes down which backends it reaches when that changes. */
export function watchBackends({ model, hosts, silent, onRecord, onBug }: BackendWatch): Watcher {
  const written = new Map<string, boolean>();
  const followers = model.balancers.flatMap(({ name }) => {
    const host = hosts.get(name);
    if (host === undefined) return [];
    return repeatedly({ everyMs, onBug }, async () => {
      const checks = await Promise.all(model.pools.map((pool) => checkBackends(host, pool)));
      if (silent.has(name)) return;
      for (const [backend, of] of Map.groupBy(checks.flat(), (check) => check.name)) {
        // A server with several ports is up when all its ports are.
        const up = of.every((check) => check.up);
        const key = `${name}\n${backend}`;
        if (written.get(key) === up) continue;
        written.set(key, up);
        onRecord({ kind: 'backend', balancer: name, backend, at: drillNow(), up });
      }
    });
  });
  return {
    stop: async () => {
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  };
}
