import { Fault } from '../base/fault.ts';
import type { InterfaceFacts } from '../facts/host-facts.ts';
import { parseInterfaces } from '../facts/interfaces.ts';
import type { Host } from '../hosts/host.ts';
import type { Balancer } from '../model/model.ts';

/** A balancer that did not answer for so long is called silent, while it is still waited for. Milliseconds. */
export const silentMs = 700;
/** Long enough for a busy host, short enough for one that comes back. Milliseconds. */
export const askMs = 2_000;

/** What a balancer has on its interface; undefined when it does not answer. */
export async function askInterfaces(host: Host, balancer: Balancer): Promise<readonly InterfaceFacts[] | undefined> {
  const argv = ['ip', '-j', 'addr', 'show', 'dev', balancer.interface] as const;
  const outcome = await host.run({ argv: [...argv], as: 'login', timeoutMs: askMs }).catch(silence);
  return outcome?.exitCode === 0 ? parseInterfaces(outcome.stdout) : undefined;
}

/** A question that fails says nothing of whom it was put to; a bug is no answer. */
export function silence(error: unknown): undefined {
  if (!(error instanceof Fault)) throw error;
}
