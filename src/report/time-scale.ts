/** A stretch of time on paper. Times are milliseconds from the fault, places are pixels. */
export interface TimeScale {
  readonly from: number;
  readonly to: number;
  readonly left: number;
  readonly right: number;
  /** Where a moment lies; one outside lies on the border. */
  x(at: number): number;
}

/** A scale from one moment to another over these pixels. */
export function timeScale(
  time: { readonly from: number; readonly to: number },
  left: number,
  right: number,
): TimeScale {
  const from = time.from;
  const to = Math.max(time.to, from + 1);
  return {
    from,
    to,
    left,
    right,
    x: (at) => left + ((Math.min(to, Math.max(from, at)) - from) / (to - from)) * (right - left),
  };
}

/** A mark of an axis. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** Round moments at least 70 pixels apart, with their unit. 0 is the fault. */
export function ticks(scale: TimeScale): readonly Tick[] {
  const most = Math.max(1, (scale.right - scale.left) / 70);
  const step = roundStep((scale.to - scale.from) / most);
  const first = Math.ceil(scale.from / step);
  const last = Math.floor(scale.to / step);
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const at = (first + index) * step;
    return { at, text: tickText(at, step) };
  });
}

/** The smallest of 1, 2, 5, 10, 20, 50, ... that is not below. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((times) => times * power).find((step) => step >= least) ?? 10 * power;
}

function tickText(at: number, step: number): string {
  if (at === 0) return '0';
  return step < 500 ? `${at} ms` : `${(at / 1000).toFixed(step < 1000 ? 1 : 0)} s`;
}
