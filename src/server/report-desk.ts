/** Writes reports, one at a time. */
export interface ReportDesk {
  /**
   * The page of a report; undefined when too many others wait. Who asks the same while it is written, or soon after, gets the same page.
   * Rejects as `write` does.
   */
  page(question: string, write: () => Promise<string>): Promise<string> | undefined;
}

/** A page is given to whoever asks the same within this time. Milliseconds. */
const freshMs = 10_000;
/** Reports that wait or are written: one of a large edge takes seconds. */
const mostWaiting = 8;

/** A desk where nobody waits. Each report reads much, and many at once would take the memory and the time of the dashboard. */
export function makeReportDesk(now: () => number): ReportDesk {
  const waiting = new Map<string, Promise<string>>();
  let last: { readonly question: string; readonly at: number; readonly page: string } | undefined;
  /** Settles when all are written that were asked for so far. */
  let free: Promise<unknown> = Promise.resolve();

  const writeAfter = async (
    before: Promise<unknown>,
    question: string,
    write: () => Promise<string>,
  ): Promise<string> => {
    await before;
    try {
      const page = await write();
      last = { question, at: now(), page };
      return page;
    } finally {
      waiting.delete(question);
    }
  };

  return {
    page(question, write) {
      if (last?.question === question && now() - last.at < freshMs) return Promise.resolve(last.page);
      const same = waiting.get(question);
      if (same !== undefined || waiting.size >= mostWaiting) return same;
      const page = writeAfter(free, question, write);
      waiting.set(question, page);
      free = page.catch(() => undefined);
      return page;
    },
  };
}
