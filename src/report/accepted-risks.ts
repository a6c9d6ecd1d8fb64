import { counted } from '../base/counted.ts';
import type { ModelFault } from '../proof/fault.ts';
import type { FaultOutcome, Proof } from '../proof/promise.ts';
import { endsService, joined } from './proof-words.ts';

/** Double faults that end service, told together. */
export interface RiskGroup {
  readonly count: number;
  /** `two balancers`, `a balancer and a nameserver`, `with pool-dead:web, which ends service alone`. */
  readonly words: string;
}

/** The double faults that end service, by what breaks; those that hold a single fault that ends it alone come first. */
export function groupRisks(proof: Proof): readonly RiskGroup[] {
  const alone = new Set(proof.singles.filter(endsService).map((outcome) => outcome.name));
  const risky = riskyDoubles(proof);
  const inherited = risky.filter((outcome) => namesOf(outcome).some((name) => alone.has(name)));
  const groups = new Map<string, number>();
  for (const outcome of risky.filter((each) => !inherited.includes(each))) {
    const words = pairWords(outcome.faults.map(machineOf));
    groups.set(words, (groups.get(words) ?? 0) + 1);
  }
  const few = alone.size > 3 ? `one of ${alone.size} faults` : joined([...alone], 'or');
  return [
    ...[...groups].map(([words, count]) => ({ words, count })),
    ...(inherited.length === 0
      ? []
      : [{ count: inherited.length, words: `with ${few}, which ${alone.size === 1 ? 'ends' : 'end'} service alone` }]),
  ];
}

/** The double faults that the proof lists as accepted risks. */
export function riskyDoubles(proof: Proof): readonly FaultOutcome[] {
  const names = new Set(proof.acceptedRisks);
  return proof.doubles.filter((outcome) => names.has(outcome.name));
}

/** How many pairs are survived, and how many not. */
export function doublesInWords(proof: Proof): string {
  const risks = proof.acceptedRisks.length;
  const pairs = counted(proof.doubles.length, 'pair');
  if (risks === 0) return `Two faults at once: all ${pairs} are survived`;
  return `Two faults at once: ${proof.doubles.length - risks} of ${pairs} are survived; ${risks} end service for some or all until repaired, a risk that is accepted with this many machines:`;
}

function namesOf(outcome: FaultOutcome): readonly string[] {
  return outcome.name.split('+');
}

function machineOf(fault: ModelFault): string {
  switch (fault.kind) {
    case 'partition':
      return 'a partition';
    case 'backend-dead':
    case 'backend-off':
    case 'backend-hung':
    case 'backend-flapping':
    case 'backend-wrong':
      return 'a backend';
    case 'pool-dead':
      return 'a pool';
    case 'nameserver-off':
      return 'a nameserver';
    case 'gateway-lost':
      return 'a router';
    case 'agent-dead':
    case 'agent-hung':
    case 'agent-restarted':
      return 'an agent';
    case 'foreign-vrrp':
      return 'a foreign router';
    default:
      return 'a balancer';
  }
}

function pairWords([one = '', other = '']: readonly string[]): string {
  return one === other ? `two ${one.replace(/^an? /, '')}s` : `${one} and ${other}`;
}
