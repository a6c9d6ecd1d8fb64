import { nearest } from '../spec/nearest.ts';

/** What a person wrote, and what there is. */
interface WrittenName {
  /** `VIP`, `balancer`. */
  readonly kind: string;
  readonly name: string;
  readonly known: readonly string[];
}

/** Says that there is no such thing, what was probably meant, and what there is. */
export function knownName({ kind, name, known }: WrittenName): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? '' : `; did you mean ${meant}?`;
  return `error: there is no ${kind} ${name} in the edge file${hint}\nfix: write one of ${known.join(', ')}`;
}
