import type { HostAnswer } from '../facts/status-facts.ts';
import type { TraceFacts } from '../facts/trace-facts.ts';
import type { Model, Vip } from '../model/model.ts';
import type { StepStory } from './trace-document.ts';
import { vipAddresses } from '../model/vip-addresses.ts';

/** Step 2: which VIP the request went to, who holds it and why that one. */
export function explainVip(model: Model, facts: TraceFacts): StepStory {
  const { exchange } = facts;
  const chosen = exchange.address === '' ? firstOffered(facts) : exchange.address;
  const entry = vipAddresses(model).find(({ address }) => address.text === chosen);
  if (entry === undefined) {
    return {
      state: 'broken',
      summary: chosen === '' ? 'no address was chosen' : `${chosen} is no VIP of this edge`,
      details: [],
      next: `VIPs are ${vipAddresses(model)
        .map(({ address }) => address.text)
        .join(', ')}`,
    };
  }
  const { vip } = entry;
  const holders = facts.balancers.filter((balancer) => balancer.addresses.includes(chosen));
  const names = holders.map((holder) => holder.host);
  const what = `${vip.name} ${chosen}`;
  const details = [...macLines(facts, chosen, names), ...holders.map((holder) => reason(facts, vip, holder))];
  if (exchange.failed?.at === 'connect') {
    return {
      state: 'broken',
      summary:
        names.length === 0
          ? `${what} does not answer (${exchange.failed.reason}): ${nobodyText(facts)}`
          : `${what} is held by ${names.join(' and ')}, but port ${facts.target.port} does not answer: ${exchange.failed.reason}`,
      details: [...details, ...facts.balancers.map(balancerLine)],
      next: 'run evenkeel status',
    };
  }
  if (names.length > 1) details.push(`${names.join(' and ')} both hold it: they do not hear each other (split brain)`);
  return {
    state: 'done',
    summary: `${what}, held by ${names.length === 0 ? holderUnknown(facts) : names.join(' and ')}`,
    details,
    ...(exchange.times.connect > 0 ? { ms: round(exchange.times.connect - exchange.times.lookup) } : {}),
  };
}

/** What the client would have tried first. */
function firstOffered(facts: TraceFacts): string {
  const { host } = facts.target;
  const answered = facts.lookups.find((lookup) => lookup.addresses.length > 0)?.addresses[0];
  return answered ?? (/^[\d.]+$|:/.test(host) ? host : '');
}

function macLines(facts: TraceFacts, address: string, holders: readonly string[]): readonly string[] {
  if (facts.mac === undefined) return [];
  const mac = facts.mac;
  const owner = facts.balancers.find((balancer) => balancer.macs.includes(mac));
  if (owner === undefined) return [`${facts.from} sends to MAC ${mac}: a gateway, or a machine that is none of ours`];
  const agrees = holders.includes(owner.host);
  return [
    agrees
      ? `on the network MAC ${mac} answers for ${address}: ${owner.host}`
      : `on the network MAC ${mac} answers for ${address}: ${owner.host}, which does not hold it`,
  ];
}

/** Why this balancer holds the VIP: it is preferred, or those before it can't. */
function reason(facts: TraceFacts, vip: Vip, holder: HostAnswer): string {
  const rank = vip.claims.findIndex((claim) => claim.balancer === holder.host);
  const own = vip.claims[rank];
  const priorities = vip.claims.map((claim) => `${claim.balancer} ${claim.priority}`).join(', ');
  if (own === undefined) return `${holder.host} should not hold ${vip.name}: it has no claim to it`;
  if (rank === 0) return `${holder.host} is preferred and has the highest priority (${priorities})`;
  const before = vip.claims.slice(0, rank).map(({ balancer }) => {
    const answer = facts.balancers.find((entry) => entry.host === balancer);
    return answer === undefined ? `${balancer} was not asked` : balancerLine(answer);
  });
  const machine =
    vip.claims.length > 2 ? `${holder.host} is next in priority (${priorities})` : `${holder.host} is the backup`;
  return `${machine}, because ${before.join('; ')}`;
}

/** What keeps a balancer from holding a VIP, or that nothing does. */
export function balancerLine(answer: HostAnswer): string {
  if (!answer.reachable) return `${answer.host} does not answer: ${answer.reason}`;
  if (answer.drained) return `${answer.host} is drained`;
  if (answer.nginxHangs) return `NGINX on ${answer.host} hangs`;
  const stopped = answer.units.filter((unit) => unit.activeState !== 'active');
  if (stopped.length > 0) {
    const words = stopped.map((unit) => `${unit.name.replace('.service', '')} is ${unit.activeState}`);
    return `on ${answer.host} ${words.join(' and ')}`;
  }
  return `${answer.host} is well and takes it back soon`;
}

function nobodyText(facts: TraceFacts): string {
  const silent = facts.balancers.filter((balancer) => !balancer.reachable).map((balancer) => balancer.host);
  if (silent.length === 0) return 'nobody holds it';
  return `no balancer that answers holds it; ${silent.join(', ')} could not be asked`;
}

function holderUnknown(facts: TraceFacts): string {
  const silent = facts.balancers.filter((balancer) => !balancer.reachable).map((balancer) => balancer.host);
  return silent.length === 0 ? 'nobody by now' : `a balancer that could not be asked (${silent.join(', ')})`;
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
