/** VRRP's own range (RFC 9568 section 5.2.3). */
const highestVrid = 255;
/** Tutorials and appliances start at 1, 10 or 50; from 51 on strangers in the segment are rarer. */
const firstVrid = 51;

/** A VRID for each VIP: the wished ones stay, the others are the free ones from 51 up, then from 1. Undefined: none left. */
export function dealVrids(wishes: readonly (number | undefined)[]): readonly (number | undefined)[] {
  const taken = new Set(wishes);
  const free = Array.from({ length: highestVrid }, (_, index) => ((firstVrid - 1 + index) % highestVrid) + 1)
    .filter((vrid) => !taken.has(vrid))
    .values();
  return wishes.map((wish) => wish ?? free.next().value);
}
