import type { ModelFault } from '../../src/proof/fault.ts';

/** Which balancers do not hear which: the paths that are cut. */
export class SimulatedPaths {
  readonly #cuts = new Map<string, number>();

  cut(fault: Extract<ModelFault, { readonly kind: 'partition' }>): void {
    for (const path of pathsOf(fault)) this.#cuts.set(path, (this.#cuts.get(path) ?? 0) + 1);
  }

  /** A path that was cut twice is whole when both are healed. */
  join(fault: Extract<ModelFault, { readonly kind: 'partition' }>): void {
    for (const path of pathsOf(fault)) this.#cuts.set(path, Math.max(0, (this.#cuts.get(path) ?? 0) - 1));
  }

  passes(from: string, to: string): boolean {
    return (this.#cuts.get(`${from}>${to}`) ?? 0) === 0;
  }
}

function pathsOf({ from, to, direction }: Extract<ModelFault, { readonly kind: 'partition' }>): readonly string[] {
  return direction === 'one-way' ? [`${from}>${to}`] : [`${from}>${to}`, `${to}>${from}`];
}
