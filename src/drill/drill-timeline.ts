import type { DrillTimeline } from '../facts/drill-report.ts';
import { answerCourses, backendCourses, type Change, holderCourses } from './changes.ts';
import type { FaultWatch } from './fault-watch.ts';
import { byStream, isConnection, isRequest } from './measure-streams.ts';

/** What the picture shows of a fault: moments become milliseconds since the fault, and only changes stay. */
export function drillTimeline(watch: FaultWatch): DrillTimeline {
  const { records } = watch;
  const moment = (at: number): number => tenths(at - watch.fault.from);
  const shift = <T>(changes: readonly Change<T>[]): readonly { readonly at: number; readonly value: T }[] =>
    changes.map(({ at, value }) => ({ at: moment(at), value }));
  const requests = records.filter(isRequest);
  const servers = ['unknown', ...new Set(requests.map(({ server }) => server).filter((server) => server !== ''))];
  const numbers = new Map(servers.map((server, index) => [server, index]));
  return {
    servers,
    requests: [...byStream(requests)].map(([stream, all]) => ({
      stream,
      points: all
        .toSorted((a, b) => a.start - b.start)
        .map(({ start, end, failure, server }) => [
          moment(start),
          tenths(end - start),
          failure === undefined ? 1 : 0,
          numbers.get(server) ?? 0,
        ]),
    })),
    connections: records.filter(isConnection).map(({ stream, start, end, result }) => ({
      stream,
      from: moment(start),
      to: moment(end),
      result,
    })),
    holders: holderCourses(records).map(({ of, changes }) => ({
      ...of,
      changes: shift(changes).map(({ at, value }) => ({ at, holders: value })),
    })),
    answers: answerCourses(records).map(({ of, changes }) => ({
      ...of,
      changes: shift(changes).map(({ at, value }) => ({ at, addresses: value })),
    })),
    backends: backendCourses(records).map(({ of, changes }) => ({
      ...of,
      changes: shift(changes).map(({ at, value }) => ({ at, up: value })),
    })),
  };
}

/** More than a tenth of a millisecond is not measured, and a report holds many of these. */
function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
