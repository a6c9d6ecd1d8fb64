/** Hears what a program says, and gives up on it when it says nothing for too long. */
export interface SilenceWatch {
  /** Aborts after the time without a line. */
  readonly signal: AbortSignal;
  /** A line came. */
  heard(line: string): void;
  /** The last line that was not empty. */
  last(): string;
  /** Ends the watch. */
  stop(): void;
}

/** Begins to wait for lines now; `patienceMs` is the longest time between two of them. */
export function watchSilence(patienceMs: number): SilenceWatch {
  const giveUp = new AbortController();
  const timer = setTimeout(() => giveUp.abort(), patienceMs);
  let last = '';
  return {
    signal: giveUp.signal,
    heard(line) {
      timer.refresh();
      if (line.trim() !== '') last = line;
    },
    last: () => last,
    stop: () => clearTimeout(timer),
  };
}
