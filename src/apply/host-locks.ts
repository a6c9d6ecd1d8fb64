import type { Emit } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import type { Controller } from './controller.ts';
import { lockHost } from './host-lock.ts';
import type { HostLock } from './host-lock.ts';
import { errorWords } from '../base/error-words.ts';

/** The locks of all hosts of an apply. */
export interface HostLocks {
  of(host: string): HostLock | undefined;
  release(): Promise<void>;
}

/** Milliseconds between two signs of life: several are missed before a lock counts as abandoned. */
const renewEveryMs = 20_000;

/**
 * Locks all hosts, in the order of their names: of two applies that begin together one gets all. When one lock is
 * refused the others are given back. The locks are renewed until they are released.
 */
export async function lockAll(hosts: readonly Host[], controller: Controller, emit: Emit): Promise<HostLocks> {
  const locks = new Map<string, HostLock>();
  const release = async (): Promise<void> => {
    await Promise.all(
      [...locks].map(([host, lock]) =>
        lock.release().catch((error: unknown) => {
          // Not worth failing for: the lock ends by itself.
          const text = `the lock could not be given back: ${errorWords(error)}`;
          emit({ code: 'warning', level: 'warning', data: { host, text } });
        }),
      ),
    );
  };
  try {
    for (const host of hosts.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      locks.set(host.name, await lockHost(host, controller));
    }
  } catch (error) {
    await release();
    throw error;
  }
  const timer = setInterval(() => {
    // A lock that was lost is found by the next step; a host that does not answer is found by its step.
    for (const lock of locks.values()) lock.renew().catch((error: unknown) => forgetFault(error));
  }, renewEveryMs);
  return {
    of: (host) => locks.get(host),
    release: async () => {
      clearInterval(timer);
      await release();
    },
  };
}

function forgetFault(error: unknown): void {
  if (!(error instanceof Fault)) throw error;
}
