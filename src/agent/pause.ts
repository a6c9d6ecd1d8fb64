import { setTimeout as wait } from 'node:timers/promises';

/** Waits so many milliseconds; ends early, and quietly, when the signal fires. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await wait(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}
