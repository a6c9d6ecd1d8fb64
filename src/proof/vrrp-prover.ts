import type { VipOutcome } from './promise.ts';
import type { VrrpFault } from './vrrp-fault.ts';
import { vipJudge } from './vrrp-outcome.ts';
import type { VrrpInstance, VrrpSetup } from './vrrp-setup.ts';

/** What becomes of every VIP of a setup under faults; in the order of its instances. Remembers what it has worked out. */
export type VrrpProver = (faults: readonly VrrpFault[]) => readonly VipOutcome[];

/**
 * A prover for one setup. VIPs differ by who has which claim and by little else, so balancers are numbered by their claim and
 * each case is worked out once for all VIPs that are alike.
 */
export function vrrpProver(setup: VrrpSetup): VrrpProver {
  const shapes = new Map<string, ShapeProver>();
  const vips = setup.instances.map((instance) => {
    const routers = instance.routers.toSorted((a, b) => b.priority - a.priority);
    const shape: VrrpInstance = {
      name: '',
      vrid: 0,
      version: instance.version,
      routers: routers.map((router, rank) => ({ ...router, balancer: String(rank) })),
    };
    const key = JSON.stringify(shape);
    const prover = shapes.get(key) ?? shapeProver(shape);
    shapes.set(key, prover);
    return namedProver({ vip: instance.name, balancers: routers.map(({ balancer }) => balancer) }, prover);
  });
  const numberOf = numbering();
  return (faults) => {
    const numbered = faults.map((fault) => ({ fault, number: numberOf(fault) }));
    return vips.map((outcome) => outcome(numbered));
  };
}

/** A fault with a number that is the same whenever it comes again. */
interface NumberedFault {
  readonly fault: VrrpFault;
  readonly number: number;
}

interface Naming {
  readonly vip: string;
  /** By rank of claim. */
  readonly balancers: readonly string[];
}

/** Says what a shape's outcome is for one VIP, in its own names. */
function namedProver(
  { vip, balancers }: Naming,
  prover: ShapeProver,
): (faults: readonly NumberedFault[]) => VipOutcome {
  const ranks = new Map(balancers.map((name, rank) => [name, String(rank)]));
  const shapeNumbers: number[] = [];
  const made: VipOutcome[] = [];
  const named = (of: readonly string[]): readonly string[] => of.flatMap((rank) => balancers[Number(rank)] ?? []);
  const numberOf = (fault: NumberedFault | undefined): number =>
    fault === undefined ? nothing : (shapeNumbers[fault.number] ??= prover.numberOf(rankedFault(ranks, fault.fault)));
  return (faults) => {
    const { id, outcome } =
      faults.length > 2 ? prover.ofMany(faults.map(numberOf)) : prover.ofTwo(numberOf(faults[0]), numberOf(faults[1]));
    return (made[id] ??= { ...outcome, vip, holders: named(outcome.holders), working: named(outcome.working) });
  };
}

/** Undefined: the fault is of no router of this VIP. */
function rankedFault(ranks: ReadonlyMap<string, string>, fault: VrrpFault): VrrpFault | undefined {
  if (fault.kind === 'partition') {
    const [from, to] = [ranks.get(fault.from), ranks.get(fault.to)];
    return from === undefined || to === undefined ? undefined : { ...fault, from, to };
  }
  const balancer = ranks.get(fault.balancer);
  return balancer === undefined ? undefined : { ...fault, balancer };
}

/** The number of what does not touch a VIP, and of no fault at all. */
const nothing = 0;

/** An outcome with a number of its own; equal ones are the same. */
interface Found {
  readonly id: number;
  readonly outcome: VipOutcome;
}

interface ShapeProver {
  readonly numberOf: (fault: VrrpFault | undefined) => number;
  /** The outcome under two faults, or one, or none; remembered. */
  readonly ofTwo: (one: number, other: number) => Found;
  readonly ofMany: (numbers: readonly number[]) => Found;
}

function shapeProver(shape: VrrpInstance): ShapeProver {
  const judge = vipJudge(shape);
  const known: (VrrpFault | undefined)[] = [undefined];
  const numberOf = numbering();
  const equal = new Map<string, Found>();
  // By the numbers of two faults. Arrays, for this is asked by the million.
  const found: Found[][] = [];
  const work = (numbers: readonly number[]): Found => {
    const outcome = judge(numbers.flatMap((number) => known[number] ?? []));
    const key = JSON.stringify(outcome);
    const same = equal.get(key) ?? { id: equal.size, outcome };
    equal.set(key, same);
    return same;
  };
  return {
    numberOf: (fault) => {
      if (fault === undefined) return nothing;
      const number = numberOf(fault) + 1;
      known[number] = fault;
      return number;
    },
    ofTwo: (one, other) => {
      const [low, high] = one < other ? [one, other] : [other, one];
      return ((found[low] ??= [])[high] ??= work([low, high]));
    },
    ofMany: work,
  };
}

/** Numbers faults as they come, the same fault with the same number. */
function numbering(): (fault: VrrpFault) => number {
  const byText = new Map<string, number>();
  const byObject = new WeakMap<VrrpFault, number>();
  return (fault) => {
    const known = byObject.get(fault);
    if (known !== undefined) return known;
    const text = JSON.stringify(fault);
    const number = byText.get(text) ?? byText.size;
    byText.set(text, number);
    byObject.set(fault, number);
    return number;
  };
}
