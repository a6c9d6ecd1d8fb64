import { agentReturn } from '../model/agent-paths.ts';
import type { ModelFault } from './fault.ts';
import { oneAfterOther } from './outage.ts';
import type { Outage, Term, VipOutcome } from './promise.ts';

/**
 * What agents that are gone add to what VRRP comes to. Alone they cost nothing: keepalived reads their files, and an agent that
 * is gone leaves them at `0`. Only a hung NGINX is noticed by the agent alone, so what that costs waits for the agent's return.
 */
export function agentOutcome(faults: readonly ModelFault[], vips: readonly VipOutcome[]): readonly VipOutcome[] {
  const hung = new Set(faults.flatMap((fault) => (fault.kind === 'nginx-hung' ? [fault.balancer] : [])));
  const blind = faults.find((fault) => 'host' in fault && hung.has(fault.host));
  if (blind === undefined) return vips;
  const outage = outageOf(blind.kind === 'agent-hung' ? [ended, started] : [started]);
  return vips.map((vip) =>
    vip.outage.kind === 'none' ? vip : { ...vip, outage: oneAfterOther([outage, vip.outage]) },
  );
}

const { watchdogMs, restartMs, startMs } = agentReturn;
const ended: Term = { what: 'systemd ends an agent that hangs', ms: watchdogMs };
const started: Term = { what: 'systemd starts the agent again', ms: restartMs + startMs };

function outageOf([first, ...others]: readonly [Term, ...Term[]]): Outage {
  const terms = [first, ...others] as const;
  return { kind: 'bounded', ms: terms.reduce((sum, { ms }) => sum + ms, 0), terms };
}
