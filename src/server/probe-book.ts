import { pause } from '../hosts/pause.ts';
import {
  judgeMinute,
  minuteMs,
  noStreak,
  type ProbeAnswer,
  type ProbeSpan,
  type ProbeStreak,
} from '../report/probe-minute.ts';
import type { ProbeRounds } from '../report/probe-rounds.ts';
import type { TimeRange } from '../report/report-range.ts';
import type { ProbeHistory } from '../store/probe-history.ts';
import { keepFile } from './kept-file.ts';
import { probeTimeoutMs, type ProbeSource } from './probe-source.ts';

/** What the outside probe has seen. */
export interface ProbeBook {
  /** Spans of the range, also those that are not written yet; in their order. */
  spans(range: TimeRange): readonly ProbeSpan[];
  /** When the first span begins, also one that is not written yet; undefined: there is none. Milliseconds since 1970. */
  begin(): number | undefined;
  /** Resolves when the signal fired and all is written that can be; rejects with a bug. */
  readonly ended: Promise<void>;
}

interface ProbeBookWorld {
  readonly rounds: ProbeRounds;
  readonly source: ProbeSource;
  /** Opens the history. Throws a Fault. */
  readonly open: () => ProbeHistory;
  /** Called when writing stops to work, with why and what to do, and when it works again (undefined). */
  readonly onTrouble: (trouble: string | undefined) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Answers of a minute may come so long after it. Milliseconds. */
const lateMs = probeTimeoutMs + 1_000;
/** Between two looks for minutes that are over. Milliseconds. */
const lookMs = 1_000;
/** Spans that wait for a disk with room: an hour of the most pairs in a second. */
const mostWaiting = 12_000;
/** Minutes stay minutes for so long, then those without a failure are put together. Milliseconds. */
const foldAfterMs = 6 * 3_600_000;
/** Between two foldings. Milliseconds. */
const foldEveryMs = 3_600_000;

/** Starts the probe and keeps what it sees, a row for each pair and minute. */
export function openProbeBook(world: ProbeBookWorld): ProbeBook {
  const { rounds, source, now, signal } = world;
  /** Start of the minute -> index of the pair -> its answers. */
  const minutes = new Map<number, Map<number, ProbeAnswer[]>>();
  const streaks = new Map<number, ProbeStreak>();
  let waiting: readonly ProbeSpan[] = [];
  const history = keepFile(world.open, world.onTrouble);
  let foldedAt = Number.NEGATIVE_INFINITY;

  const onAnswer = (index: number, answer: ProbeAnswer): void => {
    const from = answer.at - (answer.at % minuteMs);
    const pairs = minutes.get(from) ?? new Map<number, ProbeAnswer[]>();
    minutes.set(from, pairs);
    pairs.set(index, [...(pairs.get(index) ?? []), answer]);
  };

  /** Judges the minutes that ended before this moment. */
  const close = (before: number): void => {
    const over = [...minutes].filter(([from]) => from + minuteMs <= before).toSorted(([a], [b]) => a - b);
    const spans = over.flatMap(([from, pairs]) => {
      minutes.delete(from);
      return [...pairs].flatMap(([index, answers]) => judged(index, { from, answers }));
    });
    waiting = [...waiting, ...spans].slice(-mostWaiting);
  };

  const judged = (
    index: number,
    { from, answers }: { readonly from: number; readonly answers: readonly ProbeAnswer[] },
  ): readonly ProbeSpan[] => {
    const pair = rounds.pairs[index];
    if (pair === undefined) return [];
    const before = streaks.get(index) ?? noStreak;
    const { span, streak } = judgeMinute({ pair, from, answers, everyMs: rounds.everyMs, before });
    streaks.set(index, streak);
    return [span];
  };

  const write = (): void => {
    if (waiting.length === 0) return;
    history.use((file) => {
      file.add(waiting);
      waiting = [];
      if (now() - foldedAt < foldEveryMs) return;
      file.fold(now() - foldAfterMs);
      foldedAt = now();
    });
  };

  const keep = async (): Promise<void> => {
    while (!signal.aborted) {
      await pause(lookMs, signal);
      close(now() - lateMs);
      write();
    }
  };

  const ended = (async () => {
    try {
      await Promise.all([source({ rounds, onAnswer, signal }), keep()]);
    } finally {
      // The minute that is not over is known up to here.
      close(Number.POSITIVE_INFINITY);
      write();
      history.close();
    }
  })();

  return {
    spans: (range) => {
      const { from, to } = range;
      const unwritten = waiting.filter((span) => span.from < to && span.from + span.spanMs > from);
      return [...(history.read((file) => file.spans(range)) ?? []), ...unwritten];
    },
    begin: () => history.read((file) => file.begin()) ?? waiting[0]?.from,
    ended,
  };
}
