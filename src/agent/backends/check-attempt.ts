import { formatDuration } from '../../base/duration.ts';
import type { CheckResult } from './check-result.ts';
import { failedBy } from './check-failure.ts';

/** One attempt that is under way. */
export interface Attempt {
  /** Closes everything it opened, at once. Called exactly once, when the attempt is over for whatever reason. */
  readonly close: () => void;
  /** What it is waiting for, for the words of a timeout: `connection`, `answer`. */
  readonly awaited: () => string;
}

/** What an attempt tells its result with. */
export interface AttemptEnd {
  readonly passed: () => void;
  readonly failed: (error: string) => void;
  /** An error of a socket or of a protocol. */
  readonly broken: (error: unknown) => void;
}

/**
 * Runs one attempt until it ends itself, its time is over or `signal` stops it; whatever comes later is not heard. It
 * never rejects. Time is monotonic. A timeout that fires much too late says that this process was held up, not the
 * backend, so it is no failure.
 */
export function attempt(
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  begin: (end: AttemptEnd) => Attempt,
): Promise<CheckResult> {
  const startMs = performance.now();
  const elapsed = (): number => performance.now() - startMs;
  const { promise, resolve } = Promise.withResolvers<CheckResult>();
  let open: Attempt | undefined;
  let over = false;
  const finish = (result: CheckResult): void => {
    if (over) return;
    over = true;
    clearTimeout(deadline);
    signal.removeEventListener('abort', stop);
    open?.close();
    resolve(result);
  };
  const stop = (): void => finish({ kind: 'skipped', error: 'stopped' });
  const timeOut = (): void => {
    if (elapsed() > 2 * timeoutMs + 100) finish({ kind: 'skipped', error: 'this host was held up' });
    else {
      const error = `no ${open?.awaited() ?? 'answer'} within ${formatDuration(timeoutMs)}`;
      finish({ kind: 'failed', ms: elapsed(), error });
    }
  };
  // Timers run before sockets are read: an answer that already waits in the kernel is heard first.
  const deadline = setTimeout(() => setImmediate(timeOut), timeoutMs);
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  else {
    try {
      open = begin({
        passed: () => finish({ kind: 'passed', ms: elapsed() }),
        failed: (error) => finish({ kind: 'failed', ms: elapsed(), error }),
        broken: (error) => finish(failedBy(error, elapsed())),
      });
      if (over) open.close();
    } catch (error) {
      finish({ kind: 'skipped', error: `this host could not ask: ${String(error)}` });
    }
  }
  return promise;
}
