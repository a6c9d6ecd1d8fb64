/** Lets work in, at most so many at a time; the others wait in the order they came. */
export type Turnstile = <T>(work: () => Promise<T>) => Promise<T>;

/** Makes a Turnstile with so many places. */
export function turnstile(places: number): Turnstile {
  let free = places;
  const waiting: (() => void)[] = [];
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((enter) => waiting.push(enter));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      // A place is handed over, not freed, so that a newcomer can't slip in between.
      if (next === undefined) free += 1;
      else next();
    }
  };
}
