/** Something that will happen; `cancel` makes it not happen. */
export interface Appointment {
  readonly cancel: () => void;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly act: () => void;
}

/** Time that only passes when everything due has happened. What is due at one moment happens in the order it was asked for. */
export class SimulatedClock {
  #nowMs = 0;
  #order = 0;
  /** Latest first, so that the next one is at the end. */
  readonly #waiting: Entry[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** `act` is called after this many milliseconds; a negative delay is none. */
  after(delayMs: number, act: () => void): Appointment {
    const entry = { atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order, act };
    this.#order += 1;
    let place = this.#waiting.length;
    while (place > 0 && isLater(entry, this.#waiting[place - 1])) place -= 1;
    this.#waiting.splice(place, 0, entry);
    return {
      cancel: () => {
        const found = this.#waiting.indexOf(entry);
        if (found >= 0) this.#waiting.splice(found, 1);
      },
    };
  }

  /** Lets everything happen that is due until then. */
  runUntil(endMs: number): void {
    for (let next = this.#waiting.at(-1); next !== undefined && next.atMs <= endMs; next = this.#waiting.at(-1)) {
      this.#waiting.pop();
      this.#nowMs = next.atMs;
      next.act();
    }
    this.#nowMs = endMs;
  }
}

function isLater(entry: Entry, other: Entry | undefined): boolean {
  return other !== undefined && (entry.atMs > other.atMs || (entry.atMs === other.atMs && entry.order > other.order));
}
