import { setTimeout as wait } from 'node:timers/promises';

/** Between two looks. */
const everyMs = 100;

/** Asks until the answer is yes. Throws a plain Error when the time is over, and when the signal fires. */
export async function waitFor(
  { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
  ask: () => Promise<boolean>,
): Promise<void> {
  const end = performance.now() + withinMs;
  for (;;) {
    if (await ask()) return;
    if (performance.now() > end) throw new Error('the time is over');
    await wait(everyMs, undefined, { signal });
  }
}
