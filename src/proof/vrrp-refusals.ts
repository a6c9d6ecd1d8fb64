import { standing } from './effective-priority.ts';
import { faultName } from './fault.ts';
import type { Outage, ProofRefusal, VipOutcome } from './promise.ts';
import type { VrrpFault } from './vrrp-fault.ts';
import type { VrrpInstance, VrrpRouter, VrrpSetup } from './vrrp-setup.ts';

/** One single fault of a balancer or a path, and what becomes of each instance, in the order of the setup. */
export interface VrrpSingle {
  readonly fault: VrrpFault;
  readonly vips: readonly VipOutcome[];
}

/**
 * Why this VRRP can't be trusted to fail over: equal priorities, weights that move nothing or move too late, and every single
 * fault after which a VIP has no working holder. Per VIP, in the order of the setup. Empty: it can be trusted.
 */
export function refusalsOf(setup: VrrpSetup, singles: readonly VrrpSingle[]): readonly ProofRefusal[] {
  return setup.instances.flatMap((instance, index) => [
    ...equalPriorities(instance),
    ...singles.flatMap(({ fault, vips }) => {
      const outcome = vips[index];
      return outcome === undefined ? [] : refusalOf({ setup, instance, fault, outcome });
    }),
  ]);
}

interface Case {
  readonly setup: VrrpSetup;
  readonly instance: VrrpInstance;
  readonly fault: VrrpFault;
  readonly outcome: VipOutcome;
}

function refusalOf(each: Case): readonly ProofRefusal[] {
  const { setup, fault, outcome } = each;
  const weighted = weightedDuel(each);
  const late = weighted === undefined ? undefined : tooLate(weighted, outcome.outage);
  if (late !== undefined) return [late];
  if (outcome.working.length > 0) return [];
  if (weighted !== undefined) return [weightRefusal(weighted)];
  if (setup.singleBalancer === 'accepted') return [];
  return [
    {
      code: 'no-holder',
      fault: faultName(fault),
      vip: outcome.vip,
      message: `${faultName(fault)} leaves ${outcome.vip} without a working holder: ${noHolderBecause(each)}`,
      fix: noHolderFix(each),
    },
  ];
}

function noHolderBecause({ instance, fault, outcome }: Case): string {
  const only = instance.routers.length === 1 ? '; no other balancer can take it' : '';
  if (outcome.holders.length === 0) return `nobody holds it${only}`;
  const holders = outcome.holders.join(' and ');
  const unnoticed = fault.kind === 'nginx-dead' || fault.kind === 'nginx-hung';
  return unnoticed
    ? `${holders} holds it on, for nothing tells keepalived that NGINX does not answer${only}`
    : `only ${holders} holds it, which clients do not reach${only}`;
}

function noHolderFix({ instance, fault }: Case): string {
  if (instance.routers.length < 2) return 'add a second balancer, or say `allow: [single-balancer]`';
  return fault.kind === 'nginx-hung'
    ? 'track a check with weight 0 that asks NGINX for an answer'
    : 'track NGINX with weight 0 on every balancer';
}

/** A holder whose NGINX fails and whose trackers change only its priority, and the best of the others. */
interface Duel {
  readonly fault: string;
  readonly vip: string;
  readonly holder: VrrpRouter;
  readonly rival: VrrpRouter;
  /** Effective priorities: the holder's once its trackers have noticed, and the rival's. */
  readonly lowered: number;
  readonly against: number;
  readonly weight: number;
}

function weightedDuel({ instance, fault }: Case): Duel | undefined {
  if (fault.kind !== 'nginx-dead' && fault.kind !== 'nginx-hung') return undefined;
  const [holder, rival] = instance.routers.toSorted((a, b) => b.priority - a.priority);
  if (holder === undefined || rival === undefined || holder.balancer !== fault.balancer) return undefined;
  const state = fault.kind === 'nginx-dead' ? 'dead' : 'hung';
  const telling = holder.trackers.filter(({ notices, weight }) => notices.includes(state) && weight !== 0);
  const [lowered, against] = [standing(holder, state), standing(rival, 'answers')];
  if (telling.length === 0 || lowered.kind === 'fault' || against.kind === 'fault') return undefined;
  return {
    fault: faultName(fault),
    vip: instance.name,
    holder,
    rival,
    lowered: lowered.priority,
    against: against.priority,
    weight: telling.reduce((sum, { weight }) => sum + weight, 0),
  };
}

const weightFix = 'give every tracker weight 0, so that a failure is FAULT and the next balancer takes over at once';

/** A weight that moves nothing: too small, or a rival that never preempts. */
function weightRefusal({ fault, vip, holder, rival, lowered, against, weight }: Duel): ProofRefusal {
  const numbers = `${holder.balancer} goes on with priority ${lowered} (${holder.priority}, weight ${signed(weight)})`;
  if (lowered >= against) {
    return {
      code: 'weight-too-small',
      fault,
      vip,
      message: `${fault} never moves ${vip}: ${numbers}, and ${lowered} is not below ${rival.balancer}'s ${against}`,
      fix: weightFix,
    };
  }
  return {
    code: 'weight-with-nopreempt',
    fault,
    vip,
    message: `${fault} never moves ${vip}: ${numbers}, and with nopreempt ${rival.balancer} (${against}) stays BACKUP as long as it hears any advert`,
    fix: weightFix,
  };
}

/** A weight that moves the VIP only after the preempt delay. */
function tooLate(duel: Duel, outage: Outage): ProofRefusal | undefined {
  const { fault, vip, holder, rival, lowered, against, weight } = duel;
  if (outage.kind !== 'bounded' || rival.preempt.kind !== 'after' || rival.preempt.delayMs === 0) return undefined;
  // Another one, without a delay, was there first.
  if (outage.ms < rival.preempt.delayMs) return undefined;
  const sum = outage.terms.map(({ what, ms }) => `${what} ${ms} ms`).join(' + ');
  return {
    code: 'weight-with-preempt-delay',
    fault,
    vip,
    message: `${fault} moves ${vip} only after up to ${outage.ms} ms: ${holder.balancer} goes on with priority ${lowered} (${holder.priority}, weight ${signed(weight)}), and ${rival.balancer} (${against}) waits its preempt delay first (${sum})`,
    fix: weightFix,
  };
}

/** One refusal for each two routers with one priority. */
function equalPriorities({ name, routers }: VrrpInstance): readonly ProofRefusal[] {
  return routers.flatMap((router, index) =>
    routers
      .slice(index + 1)
      .filter(({ priority }) => priority === router.priority)
      .map(({ balancer, priority }): ProofRefusal => {
        const fault = faultName({ kind: 'partition', from: router.balancer, to: balancer, direction: 'two-way' });
        return {
          code: 'equal-priorities',
          fault,
          vip: name,
          message: `${router.balancer} and ${balancer} both have priority ${priority} for ${name}: who holds it depends on who came first, and after ${fault} on whose address is higher`,
          fix: 'give each balancer a priority of its own',
        };
      }),
  );
}

function signed(weight: number): string {
  return weight > 0 ? `+${weight}` : String(weight);
}
