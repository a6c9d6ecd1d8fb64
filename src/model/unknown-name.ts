import type { Finding, Path } from '../spec/edge-document.ts';
import { listed, nearest } from '../spec/nearest.ts';

/** A name that stands nowhere, and what there is instead. */
export interface UnknownName {
  /** `balancer`, `pool`: completes "there is no ...". */
  readonly noun: string;
  readonly name: string;
  readonly known: readonly string[];
  readonly path: Path;
}

/** The finding for a reference that leads nowhere: the nearest name first, then all of them when they are few. */
export function unknownName({ noun, name, known, path }: UnknownName): Finding {
  const meant = nearest(name, known);
  const all = known.length > 12 ? `${listed(known.slice(0, 12))} and ${known.length - 12} more` : listed(known);
  const choices = known.length === 0 ? `this file has no ${noun}` : `this file has ${all}`;
  return {
    code: 'EK301',
    path,
    part: 'value',
    message: `there is no ${noun} \`${name}\``,
    fix: meant === undefined ? choices : `write \`${meant}\`; ${choices}`,
  };
}
