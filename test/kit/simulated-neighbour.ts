/**
 * A host on the same network that sends to whom it was told of last, and never asks by itself: the worst neighbour there is,
 * for as long as its entry lasts.
 */
export class SimulatedNeighbour {
  #sendsTo: string | undefined;
  #astraySinceMs: number | undefined;
  #longestMs = 0;

  /** Gratuitous ARP. */
  told(balancer: string): void {
    this.#sendsTo = balancer;
  }

  /** At each change: `reachable` have the address and a cable. */
  look(nowMs: number, reachable: readonly string[]): void {
    const isAstray = this.#sendsTo !== undefined && !reachable.includes(this.#sendsTo);
    if (isAstray) this.#astraySinceMs ??= nowMs;
    else this.#end(nowMs);
  }

  /** The longest time in which it sent to somebody without the address. */
  longestAstrayMs(endMs: number): number {
    return Math.max(this.#longestMs, endMs - (this.#astraySinceMs ?? endMs));
  }

  #end(nowMs: number): void {
    this.#longestMs = Math.max(this.#longestMs, nowMs - (this.#astraySinceMs ?? nowMs));
    this.#astraySinceMs = undefined;
  }
}
