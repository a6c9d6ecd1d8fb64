import type { Tracker } from '../model/failover-settings.ts';
import type { Standing } from './effective-priority.ts';
import type { Term } from './promise.ts';
import type { Ranks } from './vrrp-masters.ts';
import type { RouterState, Situation } from './vrrp-situation.ts';
import { detectionTerms, masterDownTerms, skewTerm, sumOf, type Waiting } from './vrrp-timing.ts';

type Terms = readonly [Term, ...Term[]];

/** Who waits, in which situation. */
export interface Successor {
  readonly situation: Situation;
  readonly before: Ranks;
  readonly rank: number;
}

/**
 * The longest time until a router that becomes MASTER does so, from the faults on. It waits until everybody it deferred to has
 * gone: the MASTER of before, and any better backup that may take over first and be found unfit only then.
 */
export function waitTerms({ situation, before, rank }: Successor): Terms | undefined {
  const successor = situation.routers[rank];
  if (successor === undefined) return undefined;
  const waits = situation.routers.flatMap((other, otherRank): readonly Terms[] => {
    if (other === successor) return [];
    const waiting = waitingFor(situation, { successor, master: other });
    if (before.has(otherRank)) return [afterMaster(situation, { waiting, successor, master: other })];
    return afterBetterBackup(situation, { waiting, successor, master: other });
  });
  const [first, ...rest] = waits;
  return first === undefined
    ? undefined
    : rest.reduce((worst, terms) => (sumOf(terms) > sumOf(worst) ? terms : worst), first);
}

interface Pair {
  readonly successor: RouterState;
  readonly master: RouterState;
}

type Wait = Pair & { readonly waiting: Waiting };

function waitingFor({ version }: Situation, { successor, master }: Pair): Waiting {
  const { priority } = able(successor.after) ?? successor.router;
  return { version, priority, advertMs: (version === 3 ? master : successor).router.advertMs };
}

/** After the MASTER of before: its goodbye, its silence, or its lower priority. */
function afterMaster(situation: Situation, wait: Wait): Terms {
  const { waiting, successor, master } = wait;
  if (!situation.hears(successor, master)) return masterDownTerms(waiting);
  switch (master.keepalived) {
    case 'stopped':
      return [skewTerm(waiting)];
    case 'killed':
    case 'off':
      return masterDownTerms(waiting);
    case 'runs':
      return afterTrackers(wait) ?? masterDownTerms(waiting);
  }
}

/** After a backup with a better claim, which may have become MASTER before its tracker noticed. */
function afterBetterBackup(situation: Situation, wait: Wait): readonly Terms[] {
  const { successor, master } = wait;
  const [own, others] = [able(successor.before), able(master.before)];
  const better = own !== undefined && others !== undefined && others.priority >= own.priority;
  if (!better || master.keepalived !== 'runs' || !situation.hears(successor, master)) return [];
  const terms = afterTrackers(wait);
  return terms === undefined ? [] : [terms];
}

/** After a router that a tracker put out of office; undefined: none of its trackers says anything. */
function afterTrackers({ waiting, successor, master }: Wait): Terms | undefined {
  const verdict = verdictOn(master);
  if (verdict === undefined) return undefined;
  if (verdict.kind === 'fault') return [...verdict.terms, skewTerm(waiting)];
  const { preempt } = successor.router;
  const delay =
    preempt.kind === 'after' && preempt.delayMs > 0
      ? [
          { what: 'the first advert with the lower priority', ms: waiting.advertMs },
          { what: 'preempt delay, in which adverts of the lower priority still count', ms: preempt.delayMs },
        ]
      : [];
  return [...verdict.terms, ...delay, ...masterDownTerms(waiting)];
}

interface Verdict {
  readonly kind: 'fault' | 'lowered';
  /** Until it is spoken. */
  readonly terms: Terms;
}

/** What a router's trackers say of its NGINX, and when; undefined: nothing. */
function verdictOn({ nginx, router }: RouterState): Verdict | undefined {
  if (nginx === 'answers') return undefined;
  const telling = router.trackers.filter(({ notices }) => notices.includes(nginx));
  const told = (trackers: readonly Tracker[]): readonly Terms[] =>
    trackers.map((tracker) => detectionTerms(tracker, nginx)).toSorted((a, b) => sumOf(a) - sumOf(b));
  // The first that says FAULT is enough; weights count when all of them are taken off.
  const [fault] = told(telling.filter(({ weight }) => weight === 0));
  if (fault !== undefined) return { kind: 'fault', terms: fault };
  const weights = told(telling).at(-1);
  return weights === undefined ? undefined : { kind: 'lowered', terms: weights };
}

/**
 * How long a router that lets go in the end may still hold the VIP although its NGINX does not answer: until its trackers
 * have said so, and, when they only lower it, until it hears a higher one.
 */
export function holdsOnTerms(router: RouterState): Terms | undefined {
  const verdict = verdictOn(router);
  if (verdict === undefined || verdict.kind === 'fault') return verdict?.terms;
  return [...verdict.terms, { what: 'an advert of the higher one', ms: router.router.advertMs }];
}

function able(standing: Standing): { readonly priority: number } | undefined {
  return standing.kind === 'able' ? standing : undefined;
}
