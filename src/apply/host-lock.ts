import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import { isKnownDead, parseController, printController } from './controller.ts';
import type { Controller } from './controller.ts';
import { lockLifetime, lockScript, lockTaken, unlockScript } from './remote-scripts.ts';

/** A lock on a host that this apply holds. */
export interface HostLock {
  /** Throws `apply-locked` when somebody else has taken the host over meanwhile. */
  renew(): Promise<void>;
  release(): Promise<void>;
}

/**
 * Takes the lock of a host: one apply at a time. It is a lease kept on the host: a lost connection does not free it
 * while this apply may come back, and a dead controller does not keep it. A holder that ran on this computer and is
 * gone is replaced at once, any other after 90 s without a sign of life. Throws `apply-locked` naming the holder.
 */
export async function lockHost(host: Host, controller: Controller): Promise<HostLock> {
  await take(host, controller);
  return {
    renew: async () => {
      await takeOnce(host, controller, '');
    },
    release: async () => {
      await host.run({ argv: ['sh', '-c', unlockScript, 'sh', controller.token] });
    },
  };
}

async function take(host: Host, controller: Controller): Promise<void> {
  try {
    await takeOnce(host, controller, '');
  } catch (error) {
    if (!(error instanceof HeldByOther) || !(await isKnownDead(error.holder))) throw error;
    await takeOnce(host, controller, error.token);
  }
}

class HeldByOther extends Fault {
  readonly holder: Controller;
  readonly token: string;

  constructor(host: string, holder: Controller, lease: { readonly token: string; readonly age: string }) {
    super({
      code: 'apply-locked',
      message: `another apply holds ${host}: ${holder.user} on ${holder.machine} (process ${holder.pid}, since ${holder.since})`,
      host,
      said: `its last sign of life was ${lease.age} s ago`,
      state: `nothing was changed on ${host} by this apply`,
      next: `Wait until it has ended; a holder without a sign of life for ${lockLifetime} s is replaced`,
    });
    this.holder = holder;
    this.token = lease.token;
  }
}

async function takeOnce(host: Host, controller: Controller, dead: string): Promise<void> {
  const words = [controller.token, printController(controller), String(lockLifetime), dead];
  const outcome = await host.run({ argv: ['sh', '-c', lockScript, 'sh', ...words] });
  if (outcome.exitCode === 0) return;
  const [age = '', token = '', holder = ''] = outcome.stdout.split('\n');
  const other = parseController(holder);
  if (outcome.exitCode === lockTaken && other !== undefined) throw new HeldByOther(host.name, other, { token, age });
  throw new Fault({
    code: 'command-failed',
    message: `the lock of ${host.name} can't be taken`,
    host: host.name,
    said: outcome.stderr.trim(),
    state: 'nothing was changed',
  });
}
