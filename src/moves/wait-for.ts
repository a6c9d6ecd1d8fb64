import { setTimeout as wait } from 'node:timers/promises';

/** Between two looks. */
const everyMs = 100;

/** It was not so in time. */
class TimeIsOver extends Error {
  override readonly name = 'TimeIsOver';
}

/** Asks until the answer is yes. Throws TimeIsOver when the time is over, an AbortError when the signal fires, and what `ask` throws. */
export async function waitFor(
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
  ask: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + withinMs;
  for (;;) {
    if (await ask()) return;
    if (performance.now() > end) throw new TimeIsOver('the time is over');
    await wait(everyMs, undefined, { signal });
  }
}
