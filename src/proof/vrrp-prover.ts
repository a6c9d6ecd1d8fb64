import type { VipOutcome } from './promise.ts';
import type { VrrpFault } from './vrrp-fault.ts';
import { vipOutcome } from './vrrp-outcome.ts';
import type { VrrpInstance, VrrpSetup } from './vrrp-setup.ts';

/** What becomes of every VIP of a setup under faults; in the order of its instances. Remembers what it has worked out. */
export type VrrpProver = (faults: readonly VrrpFault[]) => readonly VipOutcome[];

/**
 * A prover for one setup. VIPs differ by who has which claim and by little else, so balancers are numbered by their claim and
 * each case is worked out once for all VIPs.
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
  const numbers = numbering();
  return (faults) => {
    const known = faults.map((fault) => ({ fault, number: numbers(fault) }));
    return vips.map((outcome) => outcome(known));
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
  const shapeNumbers: (number | undefined)[] = [];
  const outcomes = new Map<VipOutcome, VipOutcome>();
  const named = (of: readonly string[]): readonly string[] => of.flatMap((rank) => balancers[Number(rank)] ?? []);
  return (faults) => {
    const relevant: number[] = [];
    for (const { fault, number } of faults) {
      const shapeNumber = (shapeNumbers[number] ??= prover.numberOf(rankedFault(ranks, fault)));
      if (shapeNumber !== irrelevant) relevant.push(shapeNumber);
    }
    const outcome = prover.outcome(relevant);
    const known = outcomes.get(outcome);
    if (known !== undefined) return known;
    const made = { ...outcome, vip, holders: named(outcome.holders), working: named(outcome.working) };
    outcomes.set(outcome, made);
    return made;
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

/** The number of a fault that does not touch a VIP. */
const irrelevant = -1;

interface ShapeProver {
  readonly numberOf: (fault: VrrpFault | undefined) => number;
  /** The outcome under the faults with these numbers; equal outcomes are one object. */
  readonly outcome: (numbers: readonly number[]) => VipOutcome;
}

function shapeProver(shape: VrrpInstance): ShapeProver {
  const known: VrrpFault[] = [];
  const numberOfKnown = numbering();
  const outcomes = new Map<string | number, VipOutcome>();
  const equal = new Map<string, VipOutcome>();
  return {
    numberOf: (fault) => {
      if (fault === undefined) return irrelevant;
      const number = numberOfKnown(fault);
      known[number] = fault;
      return number;
    },
    outcome: (numbers) => {
      const key = caseKey(numbers);
      const remembered = outcomes.get(key);
      if (remembered !== undefined) return remembered;
      const made = vipOutcome(
        shape,
        numbers.flatMap((number) => known[number] ?? []),
      );
      const text = JSON.stringify(made);
      const outcome = equal.get(text) ?? made;
      equal.set(text, outcome);
      outcomes.set(key, outcome);
      return outcome;
    },
  };
}

/** More than any edge has: 64 balancers have 6,432 faults that touch VRRP. */
const mostFaults = 8192;

/** One key for the same faults in any order. Up to two of them as a number: that is the case that comes by the million. */
function caseKey(numbers: readonly number[]): string | number {
  const [first, second, ...more] = numbers;
  if (first === undefined) return irrelevant;
  if (second === undefined) return first;
  if (more.length > 0) return numbers.toSorted((a, b) => a - b).join('+');
  return (Math.min(first, second) + 1) * mostFaults + Math.max(first, second);
}

/** Numbers faults as they come, the same fault with the same number. */
function numbering(): (fault: VrrpFault) => number {
  const byText = new Map<string, number>();
  const byObject = new Map<VrrpFault, number>();
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
