import { failoverSettings } from '../../src/model/failover-settings.ts';
import type { Model } from '../../src/model/model.ts';
import type { ModelFault } from '../../src/proof/fault.ts';
import { SimulatedBalancer } from './simulated-balancer.ts';
import type { BalancerSettings } from './simulated-balancer.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { SimulatedNeighbour } from './simulated-neighbour.ts';
import { SimulatedPaths } from './simulated-paths.ts';
import { phasesOf } from './simulated-phases.ts';
import type { Advert, RouterWorld } from './simulated-router.ts';

/** The routers that hold one address between them. A `VrrpInstance` of src/proof/vrrp-setup.ts is one. */
export interface SimulatedInstance {
  readonly name: string;
  readonly version: 2 | 3;
  readonly routers: readonly Omit<BalancerSettings, 'version'>[];
}

/** Something that breaks or is repaired, in milliseconds since the simulation began. */
export interface Happening {
  readonly atMs: number;
  readonly does: 'break' | 'heal';
  readonly fault: ModelFault;
}

/** What is simulated: an instance from its settled state (or from the boot of every balancer) to `endMs`. */
export interface Simulation {
  readonly instance: SimulatedInstance;
  readonly happenings: readonly Happening[];
  readonly endMs: number;
  /** `phasesOf` of simulated-phases.ts. */
  readonly seed: number;
  readonly start: 'settled' | 'boot';
  /** How long an advert travels; 0.1 ms when left out. */
  readonly travelMs?: number;
}

/** From when on what was true. Balancers are in the order of the instance. */
export interface Moment {
  readonly atMs: number;
  /** The address is on their interface. */
  readonly holders: readonly string[];
  /** Those that answer a client: connected, NGINX alive and not hung. */
  readonly working: readonly string[];
  /**
   * What a client gets. `some`: of two holders one answers and one does not, and whose ARP answer came last is chance.
   */
  readonly answered: 'all' | 'some' | 'none';
}

/** What a simulation saw. */
export interface Simulated {
  readonly moments: readonly Moment[];
  /** Who holds the address at the end. */
  readonly holders: readonly string[];
  readonly working: readonly string[];
  /** Whether at the end every client gets an answer. */
  readonly answered: Moment['answered'];
  /** Longest time without a working holder after the first fault; one that lasts to the end counts. */
  readonly longestGapMs: number;
  /** Longest time in which a client without luck gets no answer: no holder works, or not each that it may meet. */
  readonly longestDoubtMs: number;
  /** Longest time in which a neighbour that believes gratuitous ARP, and asks nobody, sent to a balancer without the address. */
  readonly longestAstrayMs: number;
  /** Longest time in which that neighbour got no answer, for whatever reason. */
  readonly longestUnservedMs: number;
  /** When the last change was. */
  readonly settledMs: number;
}

/** Simulates one instance step by step: every timer, every advert, every check. */
export function simulate({ instance, happenings, endMs, seed, start, travelMs = 0.1 }: Simulation): Simulated {
  const clock = new SimulatedClock();
  const paths = new SimulatedPaths();
  const phases = phasesOf(seed);
  const moments: Moment[] = [];
  const balancers: SimulatedBalancer[] = [];
  const neighbour = new SimulatedNeighbour();
  const customer = new SimulatedNeighbour();
  const reaches = (from: SimulatedBalancer, to: SimulatedBalancer): boolean =>
    from.connected && to.connected && paths.passes(from.name, to.name);
  const send = (advert: Advert): void => {
    const sender = balancers.find(({ name }) => name === advert.from);
    for (const receiver of balancers) {
      if (sender === undefined || receiver === sender || !reaches(sender, receiver)) continue;
      clock.after(travelMs, () => {
        if (reaches(sender, receiver)) receiver.router.receive(advert);
      });
    }
  };
  const note = (): void => {
    const holders = balancers.filter(({ router }) => router.holds).map(({ name }) => name);
    const working = balancers.filter(({ serves }) => serves).map(({ name }) => name);
    const met = balancers.filter(({ router, connected }) => router.holds && connected);
    neighbour.look(
      clock.nowMs,
      met.map(({ name }) => name),
    );
    customer.look(clock.nowMs, working);
    const answered = working.length === 0 ? 'none' : working.length === met.length ? 'all' : 'some';
    if (moments.at(-1)?.atMs === clock.nowMs) moments.pop();
    const last = moments.at(-1);
    if (last?.answered === answered && sameNames(last.holders, holders) && sameNames(last.working, working)) return;
    moments.push({ atMs: clock.nowMs, holders, working, answered });
  };
  const announce = (balancer: string): void => {
    if (balancers.find(({ name }) => name === balancer)?.connected !== true) return;
    neighbour.told(balancer);
    customer.told(balancer);
    note();
  };
  const world: RouterWorld = {
    clock,
    send,
    changed: note,
    announce,
    hasHigherAddress: (balancer, other) => balancer > other,
  };
  for (const router of instance.routers) {
    const settings = { ...router, version: instance.version };
    balancers.push(new SimulatedBalancer(settings, world, phases));
  }

  const wait = (name: string, advertMs: number): number => advertMs * (1 - phases(`${name} ${instance.name}`));
  const master = start === 'settled' ? bestOf(balancers, instance) : undefined;
  for (const balancer of balancers) {
    const advertMs = instance.routers.find((router) => router.balancer === balancer.name)?.advertMs ?? 0;
    if (start === 'boot') clock.after(wait(balancer.name, advertMs), () => balancer.router.start());
    else if (balancer === master) balancer.router.startAsMaster(wait(balancer.name, advertMs));
    else balancer.router.start();
  }
  for (const happening of happenings) {
    clock.after(happening.atMs, () => {
      take(happening, { balancers, paths });
      note();
    });
  }
  clock.runUntil(endMs);

  const end = moments.at(-1);
  const longest = (...answers: readonly Moment['answered'][]): number =>
    longestTime({
      moments,
      fromMs: Math.min(...happenings.map(({ atMs }) => atMs), endMs),
      endMs,
      counts: ({ answered }) => answers.includes(answered),
    });
  return {
    moments,
    holders: end?.holders ?? [],
    working: end?.working ?? [],
    answered: end?.answered ?? 'none',
    longestGapMs: longest('none'),
    longestDoubtMs: longest('none', 'some'),
    longestUnservedMs: customer.longestAstrayMs(endMs),
    longestAstrayMs: neighbour.longestAstrayMs(endMs),
    settledMs: end?.atMs ?? 0,
  };
}

/** The instances of a model, one for each VIP. */
export function simulatedInstances(model: Model): readonly SimulatedInstance[] {
  const { vrrpVersion, ...settings } = failoverSettings(model);
  return model.vips.map(({ name, claims }) => ({
    name,
    version: vrrpVersion,
    routers: claims.map((claim) => ({ ...settings, ...claim })),
  }));
}

/** A time in which everything has settled after a fault: all that can follow on each other, twice. */
export function settlingMs({ routers }: SimulatedInstance): number {
  const each = routers.map(({ advertMs, preempt, trackers, keepalivedDeath }) => {
    const detections = trackers.map(({ detection }) =>
      detection.kind === 'event'
        ? detection.withinMs
        : detection.intervalMs * Math.max(detection.fall, detection.rise) + detection.timeoutMs,
    );
    const patience = preempt.kind === 'after' ? preempt.delayMs : 0;
    // With version 2, the skew is up to a second whatever the interval is.
    return Math.max(0, ...detections) + patience + (keepalivedDeath.restartMs ?? 0) + 4 * advertMs + 1000;
  });
  return 2 * Math.max(0, ...each);
}

function take(
  { does, fault }: Happening,
  { balancers, paths }: { readonly balancers: readonly SimulatedBalancer[]; readonly paths: SimulatedPaths },
): void {
  switch (fault.kind) {
    case 'partition':
      if (does === 'break') paths.cut(fault);
      else paths.join(fault);
      return;
    case 'nginx-dead':
    case 'nginx-hung':
    case 'keepalived-dead':
    case 'keepalived-killed':
    case 'balancer-off':
    case 'link-cut':
      balancers.find(({ name }) => name === fault.balancer)?.[does](fault.kind);
      return;
    case 'backend-dead':
    case 'backend-off':
    case 'pool-dead':
    case 'nameserver-off':
    case 'gateway-lost':
    case 'planned-move':
    case 'agent-dead':
    case 'agent-hung':
    case 'agent-restarted':
    case 'backend-hung':
    case 'backend-flapping':
    case 'backend-wrong':
    case 'foreign-vrrp':
    case 'two-holders':
      // Nothing that VRRP could notice.
      return;
  }
}

/**
 * Who holds the address before anything happens: the highest priority. Of those whose weights made them equal (254 is the
 * highest there is) each could be it; here it is the one that was meant to be.
 */
function bestOf(
  balancers: readonly SimulatedBalancer[],
  { routers }: SimulatedInstance,
): SimulatedBalancer | undefined {
  const base = ({ name }: SimulatedBalancer): number =>
    routers.find(({ balancer }) => balancer === name)?.priority ?? 0;
  const [best] = balancers.toSorted(
    (a, b) => b.router.priority - a.router.priority || base(b) - base(a) || (a.name < b.name ? 1 : -1),
  );
  return best;
}

interface Lasting {
  readonly moments: readonly Moment[];
  readonly fromMs: number;
  readonly endMs: number;
  readonly counts: (moment: Moment) => boolean;
}

/** The longest unbroken time of moments that count. */
function longestTime({ moments, fromMs, endMs, counts }: Lasting): number {
  let longest = 0;
  let begunMs: number | undefined;
  for (const moment of moments) {
    if (counts(moment)) begunMs ??= Math.max(fromMs, moment.atMs);
    else {
      longest = Math.max(longest, moment.atMs - (begunMs ?? moment.atMs));
      begunMs = undefined;
    }
  }
  return Math.max(longest, endMs - (begunMs ?? endMs));
}

function sameNames(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, index) => name === others[index]);
}
