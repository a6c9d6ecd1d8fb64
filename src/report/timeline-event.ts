/** Something that happened to the edge, in the order it was seen. Kept for good in the history. */
export interface TimelineEvent {
  /** ISO 8601, UTC: when it was seen from here. */
  readonly at: string;
  readonly kind: TimelineKind;
  /** `good`: something that was wrong is over. */
  readonly severity: 'good' | 'info' | 'warning' | 'error';
  /** The VIP, host, site, backend or operation it is about. */
  readonly subject: string;
  /** What happened, in one sentence without a final stop. */
  readonly text: string;
  /** The next thing to do, without a final stop; absent when there is nothing. */
  readonly next?: string;
  /** Of a problem: its code. */
  readonly code?: string;
}

/**
 * `holder`: another balancer holds a VIP. `problem`: one of `status` began or ended. `operation`: a person asked for something,
 * or it ended. `controller`: the dashboard itself began, ended or could not do its work.
 */
export type TimelineKind = 'holder' | 'problem' | 'operation' | 'controller';

/** Whether a word is a kind of event. */
export function isTimelineKind(word: string | undefined): word is TimelineKind {
  return word === 'holder' || word === 'problem' || word === 'operation' || word === 'controller';
}

/** An event of the history. */
export interface NumberedEvent extends TimelineEvent {
  /** Rises with every event. */
  readonly id: number;
}
