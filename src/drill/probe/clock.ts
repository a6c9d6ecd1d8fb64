/** Milliseconds since the epoch, with fractions, on a clock that never jumps while the probe runs. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** When something is due: every `everyMs`, the first time after `offsetMs`. */
export interface Rhythm {
  readonly everyMs: number;
  readonly offsetMs: number;
}

/**
 * Calls `start` on a fixed schedule until the returned function is called. A late timer moves nothing: all that became due
 * meanwhile is started at once.
 */
export function onSchedule({ everyMs, offsetMs }: Rhythm, start: () => void): () => void {
  const began = performance.now() + offsetMs;
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  const tick = (): void => {
    for (const at = performance.now(); began + count * everyMs <= at; count += 1) start();
    timer = setTimeout(tick, Math.max(0, began + count * everyMs - performance.now()));
  };
  tick();
  return () => clearTimeout(timer);
}
