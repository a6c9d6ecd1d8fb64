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

/** Waits so many milliseconds, or until the signal fires; either way it returns. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
