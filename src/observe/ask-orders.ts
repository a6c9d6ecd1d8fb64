import type { HostAnswer } from '../facts/status-facts.ts';
import { parseClaims, parseDrainedBackends } from '../facts/status-orders.ts';
import type { Host } from '../hosts/host.ts';
import type { Model } from '../model/model.ts';
import { claimFile, stateFiles } from '../model/state-files.ts';
import { ask, printed } from './status-ask.ts';

/** Asks a balancer what a person told it and it keeps: VIPs moved there, backends taken out of rotation. Silence is none. */
export async function askOrders(host: Host, model: Model): Promise<Pick<HostAnswer, 'claims' | 'drainedBackends'>> {
  const files = model.vips.map((vip) => claimFile(vip.name));
  const [claims, drained] = await Promise.all([
    files.length === 0 ? undefined : ask(host, { argv: ['grep', '-sH', '', ...files] }),
    ask(host, { argv: ['cat', stateFiles.drainedBackends] }),
  ]);
  return {
    // grep(1) ends with 2 when one of the files is missing, and prints the others.
    claims: claims?.kind === 'answered' ? parseClaims(claims.outcome.stdout) : [],
    drainedBackends: parseDrainedBackends(printed(drained)),
  };
}
