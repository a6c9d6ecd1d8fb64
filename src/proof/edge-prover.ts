import { failoverSettings } from '../model/failover-settings.ts';
import type { Model } from '../model/model.ts';
import { agentOutcome } from './agent-outcome.ts';
import { brokenParts, downBackends, type BrokenParts } from './broken-parts.ts';
import { addressOutage, handsOut, nameserverOutcomes, resolverOutage, vipSets, type HandedOut } from './dns-outcome.ts';
import { faultsName, type ModelFault } from './fault.ts';
import { otherNotes, poolNotes, vipNotes } from './fault-notes.ts';
import { oneAfterOther, worse, worst } from './outage.ts';
import { backendNetworks, reaches, type LostNetworks } from './paths.ts';
import { poolOutcome } from './pool-outcome.ts';
import type { FaultOutcome, Outage, PoolOutcome, VipOutcome } from './promise.ts';
import { isVrrpFault } from './vrrp-fault.ts';
import { vrrpProver } from './vrrp-prover.ts';
import { vrrpSetup } from './vrrp-setup.ts';
import { leftBehind, leftBehindNotes, witnessOutcome } from './witness-outcome.ts';

/** Works out what faults do to an edge, all at one moment and none repaired; remembers what it has worked out. */
export type EdgeProver = (faults: readonly [ModelFault, ...ModelFault[]]) => FaultOutcome;

/** A prover for one model. */
export function edgeProver(model: Model): EdgeProver {
  const { proxying } = failoverSettings(model);
  const vipPart = rememberSingles(vipProver(model));
  const poolPart = rememberSingles(poolProver(model));
  const resolverPart = rememberSingles((faults) =>
    resolverOutage(model, silentNameservers(model, brokenParts(faults))),
  );
  return (faults) => {
    const vipFaults: ModelFault[] = [];
    const poolFaults: ModelFault[] = [];
    const resolverFaults: ModelFault[] = [];
    const off = new Set<string>();
    for (const fault of faults) {
      // A lost router parts clients from VIPs, balancers from backends, and both from nameservers.
      const everywhere = fault.kind === 'gateway-lost';
      if (everywhere || 'vip' in fault || 'host' in fault || isVrrpFault(fault)) vipFaults.push(fault);
      if (everywhere || 'backend' in fault || 'pool' in fault) poolFaults.push(fault);
      if (everywhere || fault.kind === 'nameserver-off') resolverFaults.push(fault);
      if (fault.kind === 'nameserver-off') off.add(fault.nameserver);
    }
    // Who settles a split is asked by those who are parted.
    const parted = vipFaults.some(({ kind }) => kind === 'partition');
    const silent = parted ? resolverFaults.filter(({ kind }) => kind === 'nameserver-off') : [];
    const vips = vipPart([...vipFaults, ...silent]);
    const pools = poolPart(poolFaults);
    const byName = oneAfterOther([resolverPart(resolverFaults), vips.byName, pools.byName]);
    const cutOff = faults.some(({ kind }) => kind === 'gateway-lost');
    return {
      faults,
      name: faultsName(faults),
      vips: vips.outcomes,
      nameservers: nameserverOutcomes(vips.handedOut, off),
      pools: pools.outcomes,
      byName,
      outage: worse(worse(vips.outage, pools.outage), byName),
      served: servedTo(model, { vips, pools, byName, cutOff }),
      notes: [...vips.notes, ...pools.notes, ...otherNotes(model, proxying, faults)],
    };
  };
}

/** One kind of part under faults, with what is needed of it for the whole. */
interface Part<T> {
  readonly outcomes: readonly T[];
  readonly outage: Outage;
  /** What clients that come by name meet of it. */
  readonly byName: Outage;
  /** Names of those that serve somebody. */
  readonly serving: ReadonlySet<string>;
  readonly notes: readonly string[];
}

interface VipPart extends Part<VipOutcome> {
  readonly handedOut: HandedOut;
}

type PartProver<T> = (faults: readonly ModelFault[]) => T;

function vipProver(model: Model): PartProver<VipPart> {
  const { dns: health, witness } = failoverSettings(model);
  const prove = vrrpProver(vrrpSetup(model));
  const places = new Map(model.vips.map((vip, index) => [vip.name, index]));
  const written = [...vipSets(model), ...model.sites.map(({ vips }) => vips)];
  const sets = [
    ...new Map(
      (written.length === 0 ? [model.vips.map(({ name }) => name)] : written).map((set) => [set.join(' '), set]),
    ).values(),
  ];
  const handOut = handsOut(model);
  const everyVip = new Set(model.vips.map(({ name }) => name));
  const seenThrough =
    (lost: LostNetworks) =>
    (outcome: VipOutcome, index: number): VipOutcome => {
      const home = model.vips[index]?.network ?? '';
      return reaches(model.lab.clientNetwork, home, lost) ? outcome : { ...outcome, outage: beyond(home) };
    };
  return (faults) => {
    const vrrp = faults.filter(isVrrpFault);
    const lost = vrrp.length === faults.length ? noneLost : brokenParts(faults).lost;
    const byVrrp = lost.size === 0 ? prove(vrrp) : prove(vrrp).map(seenThrough(lost));
    const { vips: held, notes } = witnessOutcome(model, { witness, faults }, byVrrp);
    const outcomes = agentOutcome(faults, leftBehind(faults, afterMoves(faults, held)));
    const outage = worst(outcomes.map((outcome) => outcome.outage));
    const outcomesOf = (set: readonly string[]): readonly VipOutcome[] =>
      set.flatMap((name) => outcomes[places.get(name) ?? -1] ?? []);
    const serving = outcomes.every(({ working }) => working.length > 0)
      ? everyVip
      : new Set(outcomes.flatMap(({ vip, working }) => (working.length > 0 ? [vip] : [])));
    return {
      outcomes,
      outage,
      serving,
      handedOut: handOut({ health, serving, lost }),
      byName: worst(sets.map((set) => addressOutage(outcomesOf(set), { health, lost }))),
      notes: [...notes, ...leftBehindNotes(faults, witness), ...vipNotes({ faults, vips: outcomes })],
    };
  };
}

/**
 * A VIP that a person moved is on its new balancer, and nobody notices (docs/adr/0009-planned-moves.md). What fails beside it decides
 * as if the move had not been: a claim raises its balancer among those that may hold the VIP, and none else.
 */
function afterMoves(faults: readonly ModelFault[], held: readonly VipOutcome[]): readonly VipOutcome[] {
  const moves = faults.filter((fault) => fault.kind === 'planned-move');
  if (moves.length === 0 || moves.length < faults.length) return held;
  return held.map((outcome) => {
    const to = moves.findLast(({ vip }) => vip === outcome.vip)?.to;
    return to === undefined ? outcome : { ...outcome, holders: [to], working: [to] };
  });
}

const noneLost: LostNetworks = new Set();

function beyond(network: string): Outage {
  return { kind: 'until-repaired', why: `the model's clients are beyond the router of ${network}` };
}

function poolProver(model: Model): PartProver<Part<PoolOutcome>> {
  const { proxying } = failoverSettings(model);
  const networks = backendNetworks(model);
  const used = new Set(model.sites.map(({ pool }) => pool));
  return (faults) => {
    const down = downBackends(model, brokenParts(faults), networks);
    const outcomes = model.pools.map((pool) => poolOutcome(pool, { proxying, down }));
    return {
      outcomes,
      outage: worst(outcomes.map(({ outage }) => outage)),
      byName: worst(outcomes.flatMap(({ pool, outage }) => (used.has(pool) ? [outage] : []))),
      serving: new Set(outcomes.flatMap(({ pool, served }) => (served ? [pool] : []))),
      notes: poolNotes(outcomes),
    };
  };
}

/** Nameservers that the model's clients get no answer from. */
function silentNameservers(model: Model, { nameservers, lost }: BrokenParts): ReadonlySet<string> {
  if (lost.size === 0) return nameservers;
  const unreached = model.nameservers.filter(({ network }) => !reaches(model.lab.clientNetwork, network, lost));
  return new Set([...nameservers, ...unreached.map(({ name }) => name)]);
}

interface Whole {
  readonly vips: Part<VipOutcome>;
  readonly pools: Part<PoolOutcome>;
  readonly byName: Outage;
  /** Whether clients beyond a router are cut off. */
  readonly cutOff: boolean;
}

/** Everybody: by name and by every address, from everywhere. Nobody: no site has both a VIP that answers and a backend. */
function servedTo(model: Model, { vips, pools, byName, cutOff }: Whole): FaultOutcome['served'] {
  const answers = ({ vips: names, pool }: Model['sites'][number]): boolean =>
    pools.serving.has(pool) && names.some((name) => vips.serving.has(name));
  const some = model.sites.length === 0 ? vips.serving.size > 0 : model.sites.some(answers);
  if (!some) return 'nobody';
  const lasting = [vips.outage, pools.outage, byName].some(({ kind }) => kind === 'until-repaired');
  return lasting || cutOff ? 'some' : 'everybody';
}

/** A part under one fault, or none, is met in many combinations; under two it is met once. */
function rememberSingles<T>(prove: PartProver<T>): PartProver<T> {
  const parts = new Map<ModelFault | undefined, T>();
  return (faults) => {
    if (faults.length > 1) return prove(faults);
    const part = parts.get(faults[0]) ?? prove(faults);
    parts.set(faults[0], part);
    return part;
  };
}
