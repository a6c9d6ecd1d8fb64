import type { CertificateStatus, EdgeStatus, StatusProblem } from './edge-status.ts';
import type { CertificateRow, EdgeView, LookRow, ViewRow, ViewTables } from './edge-view.ts';
import type { ViewUpdate } from './view-change.ts';

/** The tables that a look at the edge fills. A problem that was there before keeps the time it began. */
export function viewOfStatus(before: EdgeView, status: EdgeStatus, ms: number): ViewUpdate {
  const [look] = before.look;
  return {
    look: [
      {
        key: 'look',
        state: 'fresh',
        at: status.at,
        ms,
        ...(status.turns === undefined ? {} : { turns: status.turns }),
        ...(look?.historyTrouble === undefined ? {} : { historyTrouble: look.historyTrouble }),
      },
    ],
    problems: problemRows(before.problems, status),
    vips: keyed(status.vips, ({ name, address }) => `${name} ${address}`),
    balancers: keyed(status.balancers, ({ host }) => host),
    backends: keyed(status.backends, ({ pool, name, address, port, balancer }) =>
      [pool, name, `${address}:${port}`, balancer].join(' '),
    ),
    nameservers: keyed(status.nameservers, ({ host }) => host).map(withoutOrder),
    webServers: keyed(status.webServers, ({ host }) => host),
    sites: keyed(status.sites, ({ name, address }) => `${name} ${address}`),
    certificates: certificateRows(status.certificates),
  };
}

/** The order of addresses changes from answer to answer: of thousands of names that would be news with each look. */
function withoutOrder(row: ViewTables['nameservers']): ViewTables['nameservers'] {
  const names = row.names.map((entry) =>
    entry.addresses.length < 2 ? entry : { ...entry, addresses: entry.addresses.toSorted() },
  );
  return { ...row, answers: row.answers.toSorted(), names };
}

function certificateRows(certificates: readonly CertificateStatus[]): readonly CertificateRow[] {
  return [...Map.groupBy(certificates, ({ name, fingerprint }) => `${name} ${fingerprint}`)].flatMap(
    ([key, [first, ...others]]): readonly CertificateRow[] => {
      if (first === undefined) return [];
      const alsoAt = others.map(({ servedAt, address }) => ({ servedAt, address }));
      return [{ ...first, key, ...(alsoAt.length === 0 ? {} : { alsoAt }) }];
    },
  );
}

/** A look that failed: what was seen last stays, and is called old. */
export function viewOfFailedLook({ look: [look] }: EdgeView, reason: string): ViewUpdate {
  const last = look ?? { key: 'look', state: 'never' };
  return { look: [{ ...last, state: last.at === undefined ? 'never' : 'stale', reason }] };
}

/** What happens can't be kept, and why; undefined: it is again. */
export function viewOfHistory({ look: [look] }: EdgeView, trouble: string | undefined): ViewUpdate {
  const { historyTrouble: _, ...rest }: LookRow = look ?? { key: 'look', state: 'never' };
  return { look: [trouble === undefined ? rest : { ...rest, historyTrouble: trouble }] };
}

function problemRows(before: EdgeView['problems'], status: EdgeStatus): readonly ViewTables['problems'][] {
  const began = new Map(before.map(({ key, since }) => [key, since]));
  const seen = keyed(status.problems, problemName).map((row) => ({ ...row, since: began.get(row.key) ?? status.at }));
  // What the dashboard found out by itself no look can tell.
  return [...seen, ...before.filter(({ code }) => code === 'receiver-failing')];
}

/** What makes a problem the same as one of the look before: not its words, which hold figures. */
function problemName({ code, subject }: StatusProblem): string {
  return `${code} ${subject}`;
}

/** Rows with keys; those that would have the same one are numbered from the second on. */
function keyed<T extends object>(rows: readonly T[], name: (row: T) => string): readonly (T & ViewRow)[] {
  const times = new Map<string, number>();
  return rows.map((row) => {
    const key = name(row);
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return { ...row, key: time === 1 ? key : `${key} (${time})` };
  });
}
