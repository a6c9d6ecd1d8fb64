import type { DrillRecord, RequestRecord } from '../facts/drill-records.ts';
import { answerCourses, backendCourses, type Course, holderCourses, valueAt } from './changes.ts';
import { nameList } from './drill-words.ts';
import type { Span } from './fault-watch.ts';
import { checkHolders, type HolderWish } from './holder-check.ts';
import { byStream, countFailures, isRequest } from './measure-streams.ts';

/** How much later than others a record may be written. Milliseconds. */
const slackMs = 1000;

/** What must be true within a stretch of time. */
export interface Wanted {
  readonly span: Span;
  /** Ids of streams of short requests: each must have a success and no failure. */
  readonly streams: readonly string[];
  /** At the end of the stretch. */
  readonly holders: readonly HolderWish[];
}

/** What is missing for an edge to be whole within a stretch, as sentences without a final stop; empty: it is whole. */
export function lacks(records: readonly DrillRecord[], wanted: Wanted): readonly string[] {
  return [...missingRequests(records, wanted), ...wrongHolders(records, wanted)];
}

/** What is different from what was true at an earlier moment: holders as balancers say, DNS answers, backends. */
export function differences(records: readonly DrillRecord[], before: number, now: number): readonly string[] {
  return [
    ...changed(
      holderCourses(records).filter(({ of }) => of.seen === 'hosts'),
      { before, now, say: ({ vip }, holders) => `${vip} is held by ${nameList(holders)}` },
    ),
    ...changed(answerCourses(records), {
      before,
      now,
      say: ({ nameserver, name }, addresses) => `${nameserver} answers ${nameList(addresses)} for ${name}`,
    }),
    ...changed(backendCourses(records), {
      before,
      now,
      say: ({ balancer, backend }, up) => `${balancer} ${up ? 'reaches' : 'does not reach'} ${backend}`,
    }),
  ];
}

/**
 * Servers that answered through an address before a moment and have not since another one, as sentences. A balancer leaves
 * a server out for a while after it failed: the next fault would meet an edge that has one server less.
 */
export function missedServers(
  records: readonly DrillRecord[],
  { before, since }: { readonly before: number; readonly since: number },
): readonly string[] {
  const answered = records
    .filter(isRequest)
    .filter(({ failure, server, address }) => failure === undefined && server !== '' && address !== '');
  const names = (requests: readonly RequestRecord[]): ReadonlyMap<string, string> =>
    new Map(
      requests.map(({ server, address }) => [`${address} ${server}`, `${server} does not answer through ${address}`]),
    );
  const now = names(answered.filter(({ start }) => start >= since));
  return [...names(answered.filter(({ end }) => end <= before))].flatMap(([key, said]) => (now.has(key) ? [] : [said]));
}

interface Comparison<K, T> {
  readonly before: number;
  readonly now: number;
  readonly say: (of: K, value: T) => string;
}

function changed<K, T>(courses: readonly Course<K, T>[], { before, now, say }: Comparison<K, T>): readonly string[] {
  return courses.flatMap(({ of, changes }) => {
    const was = valueAt(changes, before);
    const is = valueAt(changes, now);
    // What was not looked at before can't be different.
    if (was === undefined || is === undefined) return [];
    return JSON.stringify(was.value) === JSON.stringify(is.value) ? [] : [say(of, is.value)];
  });
}

function missingRequests(records: readonly DrillRecord[], { span, streams }: Wanted): readonly string[] {
  // Requests are written when they end, nearly in order; this is asked often, while the load runs on the same computer.
  const old = records.findLastIndex((record) => record.kind === 'request' && record.end < span.from - slackMs);
  const recent = records.slice(old + 1).filter(isRequest);
  const within = recent.filter(({ start, end }) => start >= span.from && end <= span.to);
  const streamsSeen = byStream(within);
  return streams.flatMap((id) => {
    const requests = streamsSeen.get(id) ?? [];
    const failed = requests.filter((request) => request.failure !== undefined);
    if (failed.length > 0) {
      const kinds = Object.entries(countFailures(failed)).map(([kind, count]) => `${count} ${kind}`);
      return [`${failed.length} of ${requests.length} requests of "${id}" failed (${kinds.join(', ')})`];
    }
    return requests.length === 0
      ? [`no request of "${id}" began and ended in ${Math.round(span.to - span.from)} ms`]
      : [];
  });
}

function wrongHolders(records: readonly DrillRecord[], { span, holders }: Wanted): readonly string[] {
  return holders.flatMap((wish) => {
    const finding = checkHolders(records, wish, span.to);
    return finding.kind === 'as-wished' ? [] : [finding.text];
  });
}
