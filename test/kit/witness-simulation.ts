import { reportsFor, writeDown } from '../../src/agent/witness/claims-book.ts';
import type { ClaimsBook } from '../../src/agent/witness/claims-book.ts';
import { decide } from '../../src/agent/witness/witness-decision.ts';
import type { ClaimsMessage, Report } from '../../src/agent/witness/witness-message.ts';
import { freshMemory, periodMs } from '../../src/agent/witness/witness-state.ts';
import type { HeardWitness, WitnessDecision, WitnessInput } from '../../src/agent/witness/witness-state.ts';
import { simpleVrrp } from './simple-vrrp.ts';
import type { SimpleVrrp } from './simple-vrrp.ts';

/** Whether what one host sends now arrives at the other. Hosts: lb1.., w1.., gw. */
export type Linked = (path: {
  readonly from: string;
  readonly to: string;
  readonly by: 'vrrp' | 'udp' | 'arp';
}) => boolean;

/** A world of balancers and witnesses, in steps of 5 ms. Everything that varies comes from `random` (0 to 1). */
export interface WitnessWorld {
  readonly balancers: readonly string[];
  readonly witnesses: readonly string[];
  readonly gateway: 'gw' | undefined;
  /** VIP -> balancer -> priority. */
  readonly priorities: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly advertMs: number;
  readonly endMs: number;
  readonly linked: (now: number) => Linked;
  readonly isDead: (now: number, host: string) => boolean;
  readonly random: () => number;
}

/** One moment: who holds each VIP, and what each balancer's agent decided last. */
export interface WitnessMoment {
  readonly now: number;
  readonly holders: ReadonlyMap<string, readonly string[]>;
  readonly decisions: ReadonlyMap<string, WitnessDecision>;
}

const stepMs = 5;

/** Runs it; `see` is called after each step. */
export function simulateWitness(world: WitnessWorld, see: (moment: WitnessMoment) => void): void {
  const post = mailbox(world);
  const books = new Map<string, ClaimsBook>(world.witnesses.map((name) => [name, new Map()]));
  const routers = new Map<string, ReadonlyMap<string, SimpleVrrp>>();
  for (const name of world.balancers) routers.set(name, routersOf(world, name, { post, routers }));
  const agents = new Map<string, Agent>();
  for (const name of world.balancers) agents.set(name, agentOf(world, name, { post, books, routers, agents }));
  for (let now = 0; now <= world.endMs; now += stepMs) {
    post.deliver(now);
    for (const [name, agent] of agents) if (!world.isDead(now, name)) agent.step(now);
    for (const [name, own] of routers) {
      for (const [vip, router] of own) router.step(now, world.isDead(now, name) ? 'dead' : stateOf(agents, name, vip));
    }
    see({
      now,
      holders: new Map([...world.priorities.keys()].map((vip) => [vip, holdersOf(world, routers, { vip, now })])),
      decisions: new Map([...agents].flatMap(([name, { last }]) => (last() ? [[name, last() ?? idle] as const] : []))),
    });
  }
}

const idle: WitnessDecision = { isolate: 'no', yields: new Map(), announce: [], askWire: 'no', alarms: [] };

type Routers = ReadonlyMap<string, ReadonlyMap<string, SimpleVrrp>>;

function holdersOf(
  world: WitnessWorld,
  routers: Routers,
  at: { readonly vip: string; readonly now: number },
): string[] {
  return world.balancers.filter(
    (name) => !world.isDead(at.now, name) && routers.get(name)?.get(at.vip)?.masterSince() !== undefined,
  );
}

function stateOf(agents: ReadonlyMap<string, Agent>, name: string, vip: string): 'well' | 'fault' {
  const last = agents.get(name)?.last();
  return last !== undefined && (last.isolate === 'yes' || last.yields.has(vip)) ? 'fault' : 'well';
}

interface Post {
  readonly send: (
    letter: { readonly from: string; readonly to: string; readonly by: 'vrrp' | 'udp'; readonly now: number },
    open: (now: number) => void,
  ) => void;
  readonly deliver: (now: number) => void;
}

/** Everything takes 1 to 15 ms; what was cut off when it was sent never comes. */
function mailbox(world: WitnessWorld): Post {
  let letters: { readonly at: number; readonly to: string; readonly open: (now: number) => void }[] = [];
  return {
    send({ now, ...path }, open) {
      if (world.linked(now)(path)) letters.push({ at: now + 1 + world.random() * 14, to: path.to, open });
    },
    deliver(now) {
      const due = letters.filter(({ at }) => at <= now);
      letters = letters.filter(({ at }) => at > now);
      for (const { open, to } of due) if (!world.isDead(now, to)) open(now);
    },
  };
}

function routersOf(
  world: WitnessWorld,
  name: string,
  { post, routers }: Pick<Surroundings, 'post' | 'routers'>,
): ReadonlyMap<string, SimpleVrrp> {
  const own = new Map<string, SimpleVrrp>();
  for (const [vip, priorities] of world.priorities) {
    const priority = priorities.get(name) ?? 0;
    own.set(
      vip,
      simpleVrrp({
        priority,
        advertMs: world.advertMs,
        send: (advert, now) => {
          for (const to of world.balancers) {
            if (to === name) continue;
            post.send({ from: name, to, by: 'vrrp', now }, (then) => routers.get(to)?.get(vip)?.hear(then, advert));
          }
        },
      }),
    );
  }
  return own;
}

interface Agent {
  readonly step: (now: number) => void;
  readonly last: () => WitnessDecision | undefined;
  readonly hearClaims: (message: ClaimsMessage, now: number) => void;
}

interface Surroundings {
  readonly post: Post;
  readonly books: Map<string, ClaimsBook>;
  readonly routers: Routers;
  readonly agents: ReadonlyMap<string, Agent>;
}

function agentOf(world: WitnessWorld, self: string, { post, books, routers, agents }: Surroundings): Agent {
  const priorities = new Map([...world.priorities].map(([vip, all]) => [vip, all.get(self) ?? 0]));
  let peers: WitnessInput['peers'] = new Map(
    world.balancers.filter((one) => one !== self).map((one) => [one, undefined]),
  );
  let witnesses = new Map<string, HeardWitness | undefined>(world.witnesses.map((one) => [one, undefined]));
  let wire: WitnessInput['wire'];
  let asking: { readonly askedAt: number; readonly endsAt: number } | undefined;
  let memory = freshMemory(0);
  let last: WitnessDecision | undefined;
  let next = world.random() * periodMs;
  let sequence = 0;

  const speak = (now: number): void => {
    sequence += 1;
    const held = heldNow();
    const claims = [...priorities].map(([vip, priority]) => ({ vip, priority, isMaster: held.has(vip), sinceMs: 0 }));
    const message: ClaimsMessage = {
      kind: 'claims',
      sender: self,
      boot: 1,
      sequence,
      claims,
      sightings: { digest: 0, states: [] },
    };
    for (const to of peers.keys()) {
      post.send({ from: self, to, by: 'udp', now }, (then) => agents.get(to)?.hearClaims(message, then));
    }
    for (const to of world.witnesses) {
      post.send({ from: self, to, by: 'udp', now }, (then) => {
        const book = writeDown(books.get(to) ?? new Map(), message, then);
        books.set(to, book);
        const reports = reportsFor(book, self, then);
        post.send({ from: to, to: self, by: 'udp', now: then }, (when) => takeAnswer(to, reports, when));
      });
    }
  };
  const takeAnswer = (from: string, reports: readonly Report[], now: number): void => {
    const heard = reports.map(({ balancer, ageMs, claims }) => [balancer, { at: now - ageMs, claims }] as const);
    witnesses = new Map(witnesses).set(from, { at: now, reports: new Map(heard) });
  };
  const heldNow = (): Map<string, number> =>
    new Map(
      [...(routers.get(self) ?? [])].flatMap(([vip, router]) => {
        const since = router.masterSince();
        return since === undefined ? [] : [[vip, since] as const];
      }),
    );
  const askWire = (now: number): void => {
    if (asking !== undefined && now >= asking.endsAt) {
      const others = [...world.balancers, ...world.witnesses, ...(world.gateway === undefined ? [] : [world.gateway])];
      const somebody = others.some(
        (to) =>
          to !== self &&
          !world.isDead(now, to) &&
          world.linked(now)({ from: self, to, by: 'arp' }) &&
          world.linked(now)({ from: to, to: self, by: 'arp' }),
      );
      wire = { askedAt: asking.askedAt, answer: somebody ? 'somebody' : 'nobody' };
      asking = undefined;
    }
    if (asking === undefined && last?.askWire === 'yes') asking = { askedAt: now, endsAt: now + 1000 };
  };
  const agent: Agent = {
    last: () => last,
    hearClaims(message, now) {
      peers = new Map(peers).set(message.sender, { at: now, claims: message.claims });
    },
    step(now) {
      if (now < next) return;
      next += periodMs;
      askWire(now);
      speak(now);
      const gateway = world.gateway === undefined ? 'unknown' : 'known';
      const outcome = decide({ now, self, priorities, held: heldNow(), peers, witnesses, gateway, wire }, memory);
      memory = outcome.memory;
      last = outcome.decision;
    },
  };
  return agent;
}
