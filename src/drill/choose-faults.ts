import { failure, type Result, success } from '../base/result.ts';
import { nearest } from '../spec/nearest.ts';
import { isGuardFault } from '../proof/fault.ts';
import type { DrillFault } from './drill-fault.ts';
import { pairFaults } from './drill-faults.ts';

/** Which faults a person asked for: at least one, or what is wrong with each name that is none. */
export type Choice = Result<readonly [DrillFault, ...DrillFault[]], readonly string[]>;

/**
 * The faults that names stand for, in the order asked for, each once. A name is one of the known ones; a pattern in which
 * `*` stands for any text (`nginx-dead:*`); a kind alone (`nginx-dead`), for all of its kind; or two of these with a `+`
 * between them, for both at once.
 */
export function chooseFaults(names: readonly string[], known: readonly DrillFault[]): Choice {
  const read = names.map((name) => faultsOf(name, known));
  const wrong = read.flatMap((one) => (one.ok ? [] : [one.error]));
  if (wrong.length > 0) return failure(wrong);
  const chosen = new Map(read.flatMap((one) => (one.ok ? one.value : [])).map((fault) => [fault.name, fault]));
  const [first, ...others] = chosen.values();
  return first === undefined ? failure(['no fault was asked for']) : success([first, ...others]);
}

/** Without those of the model that break only guards (`guardFaults`): many, and nobody is to notice them. */
export function withoutGuards(known: readonly DrillFault[]): readonly DrillFault[] {
  return known.filter(({ expect }) => expect.kind === 'given' || !expect.faults.every(isGuardFault));
}

/** Every two different faults at once. */
export function allPairs(known: readonly DrillFault[]): readonly DrillFault[] {
  return known.flatMap((one, index) => known.slice(index + 1).map((other) => pairFaults(one, other)));
}

/** Each fault so many times: all of them once, then all again, so that a slow change of the computer meets all alike. */
export function repeatFaults(
  [first, ...others]: readonly [DrillFault, ...DrillFault[]],
  times: number,
): readonly [DrillFault, ...DrillFault[]] {
  const round = [first, ...others];
  return [first, ...others, ...Array.from({ length: times - 1 }, () => round).flat()];
}

function faultsOf(name: string, known: readonly DrillFault[]): Result<readonly DrillFault[], string> {
  const single = known.filter((fault) => fault.name === name);
  if (single.length > 0) return success(single);
  const [one, other, ...more] = name.split('+');
  if (one === undefined || other === undefined) return patternOf(name, known);
  if (more.length > 0) return failure(`${name}: at most two faults can be caused at once`);
  const [some, others] = [faultsOf(one, known), faultsOf(other, known)];
  if (!some.ok) return some;
  if (!others.ok) return others;
  const pairs = some.value.flatMap((a) =>
    others.value.filter((b) => b.name !== a.name).map((b) => ({ key: [a.name, b.name].sort().join('+'), a, b })),
  );
  const unique = new Map(pairs.toReversed().map((pair) => [pair.key, pair]));
  if (unique.size === 0) return failure(`${name} names the same fault twice`);
  return success(pairs.filter((pair) => unique.get(pair.key) === pair).map(({ a, b }) => pairFaults(a, b)));
}

function patternOf(name: string, known: readonly DrillFault[]): Result<readonly DrillFault[], string> {
  const pattern = name.includes('*') || name.includes(':') ? name : `${name}:*`;
  const found = known.filter((fault) => matches(pattern, fault.name));
  if (found.length > 0) return success(found);
  const near = nearest(name, [...known.map((fault) => fault.name), ...kinds(known)]);
  const hint = near === undefined ? 'evenkeel drill list has all of them' : `did you mean ${near}?`;
  return failure(`there is no fault ${name}: ${hint}`);
}

function matches(pattern: string, name: string): boolean {
  const words = pattern.split('*').map((word) => word.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`));
  return new RegExp(`^${words.join('.*')}$`).test(name);
}

function kinds(known: readonly DrillFault[]): readonly string[] {
  return [...new Set(known.flatMap((fault) => (fault.name.includes(':') ? [fault.name.split(':')[0] ?? ''] : [])))];
}
