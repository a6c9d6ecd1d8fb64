import type { AnswerRecord, BackendRecord, DrillRecord, HolderRecord } from '../facts/drill-records.ts';

/** A thing was so from then on. */
export interface Change<T> {
  readonly at: number;
  readonly value: T;
}

/** One thing that was looked at again and again, with only its changes. */
export interface Course<K, T> {
  readonly of: K;
  readonly changes: readonly [Change<T>, ...Change<T>[]];
}

/** Who was seen to hold each VIP, by each way of looking. */
export function holderCourses(
  records: readonly DrillRecord[],
): readonly Course<Pick<HolderRecord, 'vip' | 'seen'>, readonly string[]>[] {
  const said = records.filter((record): record is HolderRecord => record.kind === 'holder');
  return courses(said, {
    key: (record) => `${record.vip}\n${record.seen}`,
    of: ({ vip, seen }) => ({ vip, seen }),
    value: (record) => record.holders,
  });
}

/** What each nameserver answered; an answer that did not come is no address. */
export function answerCourses(
  records: readonly DrillRecord[],
): readonly Course<Pick<AnswerRecord, 'nameserver' | 'name'>, readonly string[]>[] {
  const said = records.filter((record): record is AnswerRecord => record.kind === 'answer');
  return courses(said, {
    key: (record) => `${record.nameserver}\n${record.name}`,
    of: ({ nameserver, name }) => ({ nameserver, name }),
    value: (record) => record.addresses,
  });
}

/** Which backends each balancer reached. */
export function backendCourses(
  records: readonly DrillRecord[],
): readonly Course<Pick<BackendRecord, 'balancer' | 'backend'>, boolean>[] {
  const said = records.filter((record): record is BackendRecord => record.kind === 'backend');
  return courses(said, {
    key: (record) => `${record.balancer}\n${record.backend}`,
    of: ({ balancer, backend }) => ({ balancer, backend }),
    value: (record) => record.up,
  });
}

/** What was true at a moment: the last change until then, or undefined before the first. */
export function valueAt<T>(changes: readonly Change<T>[], at: number): Change<T> | undefined {
  return changes.findLast((change) => change.at <= at);
}

interface Reading<R, K, T> {
  readonly key: (record: R) => string;
  readonly of: (record: R) => K;
  readonly value: (record: R) => T;
}

function courses<R extends { readonly at: number }, K, T>(
  records: readonly R[],
  { key, of, value }: Reading<R, K, T>,
): readonly Course<K, T>[] {
  return [...Map.groupBy(records, key).values()].flatMap((all) => {
    const sorted = all.toSorted((a, b) => a.at - b.at).map((record) => ({ at: record.at, value: value(record) }));
    const [first, ...rest] = sorted.filter(
      (change, index) => JSON.stringify(sorted[index - 1]?.value) !== JSON.stringify(change.value),
    );
    const [record] = all;
    return first === undefined || record === undefined ? [] : [{ of: of(record), changes: [first, ...rest] }];
  });
}
