/** How many guesses are free, and how the wait grows after them. */
export interface GuessRules {
  /** Failures without a wait. */
  readonly free: number;
  /** The first wait; each further failure doubles it. Milliseconds. */
  readonly firstMs: number;
  /** The longest wait. Milliseconds. */
  readonly longestMs: number;
  /** A key without a failure for so long is forgotten. Milliseconds. */
  readonly forgetMs: number;
  /** The most keys that are remembered; beyond it those that failed longest ago are forgotten. */
  readonly most: number;
}

/** Makes guessing slow. Keys are whatever guesses are counted by: an address, an account. Times are milliseconds of one clock. */
export interface GuessLimit {
  /** How long this key still has to wait; 0: it may try now. */
  waitMs(key: string, now: number): number;
  /** Counts a try as a failure. It is called before the answer is known, so that many tries at once are many. */
  count(key: string, now: number): void;
  /** The try was none: takes back one. Others stay counted, so that who knows one password can't guess others for free. */
  takeBack(key: string): void;
  /** Forgets all failures of a key. */
  forget(key: string): void;
  /** How many keys are remembered. */
  size(): number;
}

interface Entry {
  readonly failures: number;
  readonly lastAt: number;
}

/** Makes a GuessLimit that remembers nothing yet. */
export function makeGuessLimit(rules: GuessRules): GuessLimit {
  // A Map keeps the order in which keys were put in: the first one failed longest ago.
  const entries = new Map<string, Entry>();

  const known = (key: string, now: number): Entry => {
    const entry = entries.get(key);
    return entry === undefined || now - entry.lastAt >= rules.forgetMs ? { failures: 0, lastAt: now } : entry;
  };
  const put = (key: string, entry: Entry): void => {
    entries.delete(key);
    entries.set(key, entry);
    for (const oldest of entries.keys()) {
      if (entries.size <= rules.most) break;
      entries.delete(oldest);
    }
  };

  return {
    waitMs(key, now) {
      const { failures, lastAt } = known(key, now);
      return Math.max(0, lastAt + delayMs(rules, failures) - now);
    },
    count(key, now) {
      put(key, { failures: known(key, now).failures + 1, lastAt: now });
    },
    takeBack(key) {
      const entry = entries.get(key);
      if (entry === undefined) return;
      if (entry.failures <= 1) entries.delete(key);
      else entries.set(key, { ...entry, failures: entry.failures - 1 });
    },
    forget: (key) => void entries.delete(key),
    size: () => entries.size,
  };
}

/** The wait after so many failures in a row. Milliseconds. */
function delayMs({ free, firstMs, longestMs }: GuessRules, failures: number): number {
  if (failures <= free) return 0;
  return Math.min(longestMs, firstMs * 2 ** Math.min(30, failures - free - 1));
}
