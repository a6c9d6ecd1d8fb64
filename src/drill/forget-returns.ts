import { Fault } from '../base/fault.ts';
import type { Host } from '../hosts/host.ts';
import { agentCommand } from '../model/agent-paths.ts';
import type { Model } from '../model/model.ts';

/**
 * Tells each balancer's agent to forget how often it returned: after many faults in a row it would wait for minutes before its VIPs
 * come home, as with a balancer that flaps. Who does not answer is not asked again.
 */
export async function forgetReturns(model: Model, hosts: ReadonlyMap<string, Host>): Promise<void> {
  await Promise.all(
    model.balancers.map(async ({ name }) => {
      try {
        await hosts.get(name)?.run({ argv: [agentCommand, 'ask', 'forget-returns'], timeoutMs: 5000 });
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
      }
    }),
  );
}
