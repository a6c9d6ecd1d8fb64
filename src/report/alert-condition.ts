import type { AlertKind, AlertSeverity } from '../model/alert-settings.ts';
import type { StatusProblemCode } from './edge-status.ts';

/** What an alert is about: a problem of `status`, or something that only a watch over time can tell. */
export type AlertCode =
  | StatusProblemCode
  | 'all-silent'
  | 'pool-down'
  | 'drift'
  | 'drill-failed'
  | 'operation-failed'
  | 'history-trouble'
  | 'look-stale';

/** Where a condition is seen; `work`: operations and drills. What was not seen yet, as after a start, is neither there nor over. */
export type ConditionSource = 'look' | 'holdings' | 'plan' | 'controller' | 'work';

/** Something that is not as it should be at this moment, whether it is told or not. */
export interface Condition {
  /** The same as long as it is about the same thing: `vip-nobody vip1`. */
  readonly key: string;
  readonly code: AlertCode;
  readonly kind: AlertKind;
  readonly source: ConditionSource;
  readonly severity: AlertSeverity;
  /** The host, VIP, pool, site or operation it is about. */
  readonly subject: string;
  /** One sentence without a final stop. */
  readonly message: string;
  /** The next thing to do, without a final stop. */
  readonly next: string;
  /** It happened, and has no end: told once. */
  readonly lasts: 'while-it-is' | 'once';
  /** It lasts at least so long before it is told, whatever its kind. Milliseconds. */
  readonly atLeastMs: number;
  /** The key of what explains it, or `drill`: then it is not told for itself. */
  readonly because: string | undefined;
}

/** What is to be seen, and where nothing can be said. */
export interface SeenConditions {
  readonly conditions: readonly Condition[];
  /** Whether nothing can be said of a condition that is not among them: it is not over either. */
  readonly isUnknown: (condition: Condition) => boolean;
}
