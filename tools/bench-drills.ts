// The matrix of drills on a lab, once with evenkeel's settings and once with the tutorial's, for docs/benchmarks.md.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrillReport, FaultResult } from '../src/facts/drill-report.ts';
import { median } from '../src/base/median.ts';
import { evenkeelExit, runEvenkeel, writeFastExample, writeNormalExample } from './run-evenkeel.ts';

const vips = ['vip1', 'vip2'];

/** Who is measured. `fast` is evenkeel with `failover: fast`; all share one lab. */
type Contestant = 'evenkeel' | 'fast' | 'reference';
export const contestants = ['evenkeel', 'fast', 'reference'] as const satisfies readonly Contestant[];
const evenkeelAndReference: readonly Contestant[] = ['evenkeel', 'reference'];

/** Runs of each kind of fault. Where two hosts play the same part, each is struck in half of them. */
const runs = 10;

/** What is struck, and how often: together `runs` for each kind. Each group is written down when it is done. */
const strikes: readonly Strike[] = [
  // Of each of two VIPs. The tutorial has no planned move: there it is keepalived-dead, the holder stopped on purpose.
  { names: ['planned-move:*'], repeat: runs / 2, of: ['evenkeel'] },
  { names: ['nginx-dead:*', 'balancer-off:*'], repeat: runs / 2, of: contestants },
  { names: ['nginx-hung:*', 'keepalived-killed:*'], repeat: runs / 2, of: evenkeelAndReference },
  { names: ['backend-dead:*', 'keepalived-dead:*'], repeat: runs / 2, of: evenkeelAndReference },
  { names: ['partition:*=*'], repeat: runs, of: evenkeelAndReference },
  { names: ['link-cut:*'], repeat: runs / 2, of: evenkeelAndReference },
  { names: ['partition:*>*', 'nameserver-off:*'], repeat: runs / 2, of: evenkeelAndReference },
  { names: ['gateway-lost:*', 'pool-dead:*'], repeat: runs, of: evenkeelAndReference },
  { names: ['backend-off:*'], repeat: runs / 2, of: evenkeelAndReference },
];

/** Faults that are measured in one go. */
interface Strike {
  readonly names: readonly string[];
  readonly repeat: number;
  readonly of: readonly Contestant[];
}

/** One kind of fault over all its runs. Milliseconds. */
export interface DrillRow {
  readonly fault: string;
  /** The day, UTC: rows may be measured again alone. */
  readonly measured: string;
  readonly runs: number;
  readonly medianGapMs: number;
  readonly worstGapMs: number;
  /** Of clients that ask a VIP; those that ask by name ask less often, so their gaps are longer. null: measured before that was told apart. */
  readonly medianVipGapMs: number | null;
  readonly worstVipGapMs: number | null;
  readonly medianFailed: number;
  readonly requests: number;
  readonly medianBroken: number;
  /** null: until it is repaired. */
  readonly promiseMs: number | null;
  readonly kept: number;
  readonly notJudged: number;
  /** Could not be caused; in none of the other figures. */
  readonly notRun: number;
}

/** The matrix with one contestant. */
export interface DrillTable {
  readonly profile: Contestant;
  readonly machine: string;
  readonly daemons: readonly string[];
  readonly rows: readonly DrillRow[];
}

/**
 * Runs the matrix with each contestant, in turn for each group of faults, so that all meet the same machine; only `kinds` of faults, when
 * there are any. `onTable` is told the rows so far after each group: nothing measured is lost when the rest is not.
 */
export async function benchDrills(
  { profiles, kinds }: { readonly profiles: readonly Contestant[]; readonly kinds: readonly string[] },
  onTable: (table: DrillTable) => void,
): Promise<void> {
  const known = new Set(strikes.flatMap(({ names }) => names.map(plainKind)));
  const unknown = kinds.filter((kind) => !known.has(kind));
  if (unknown.length > 0) throw new Error(`no drill is ${unknown.join(', ')}; there are ${[...known].join(', ')}`);
  const reports = new Map<Contestant, readonly DrillReport[]>();
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  const [normal, fast] = [writeNormalExample(folder), writeFastExample(folder)];
  const labOf = (file: string): readonly string[] => ['-f', file, '--suffix', 'bench'];
  const wordsOf = (profile: Contestant): readonly string[] => [
    ...labOf(profile === 'fast' ? fast : normal),
    '--profile',
    profile === 'reference' ? 'reference' : 'evenkeel',
  ];
  const lab = labOf(normal);
  await runEvenkeel(['lab', 'up', ...lab]);
  try {
    for (const strike of strikes) {
      const { repeat, of } = strike;
      const names = strike.names.filter((name) => kinds.length === 0 || kinds.includes(plainKind(name)));
      if (names.length === 0) continue;
      for (const profile of profiles.filter((one) => of.includes(one))) {
        await runEvenkeel(['apply', ...wordsOf(profile), '--lab', '--yes']);
        const report = await drill(['run', ...names, ...wordsOf(profile), '--repeat', String(repeat)]);
        const all = [...(reports.get(profile) ?? []), report];
        reports.set(profile, all);
        onTable(tableOf(profile, all));
      }
    }
  } finally {
    await runEvenkeel(['lab', 'down', ...lab]);
    await rm(folder, { recursive: true, force: true });
  }
}

interface Measured {
  readonly results: readonly FaultResult[];
  readonly measured: string;
}

function tableOf(profile: Contestant, reports: readonly DrillReport[]): DrillTable {
  const machine = reports[0]?.machine;
  const kinds = new Map<string, Measured>();
  for (const report of reports) {
    for (const result of report.faults) {
      const kind = kindOf(result.name);
      const before = kinds.get(kind)?.results ?? [];
      kinds.set(kind, { results: [...before, result], measured: report.startedAt.slice(0, 10) });
    }
  }
  return {
    profile,
    machine: machine === undefined ? '' : `${machine.cpus} cores (${machine.cpu}), kernel ${machine.kernel}`,
    daemons: machine?.daemons ?? [],
    rows: [...kinds].map(([fault, measured]) => rowOf(fault, measured)),
  };
}

/** `partition:*=*` is one of `partition`. */
function plainKind(name: string): string {
  return name.replace(/:.*/, '');
}

/** `partition:lb1>lb2` and its mirror are one kind, `partition one-way`. */
function kindOf(name: string): string {
  const [kind = name, where = ''] = name.split(':');
  if (kind !== 'partition') return kind;
  return where.includes('>') ? 'partition one-way' : 'partition two-way';
}

function rowOf(fault: string, { results: all, measured }: Measured): DrillRow {
  const results = all.filter((result) => result.verdict !== 'not-run');
  const promises = results.map((result) => result.promiseMs);
  const vipGaps = results.map((result) =>
    Math.max(0, ...result.streams.filter(({ id }) => vips.includes(id)).map(({ longestGapMs }) => longestGapMs)),
  );
  return {
    fault,
    measured,
    runs: results.length,
    medianGapMs: Math.round(median(results.map((result) => result.longestGapMs))),
    worstGapMs: Math.round(Math.max(...results.map((result) => result.longestGapMs))),
    medianVipGapMs: Math.round(median(vipGaps)),
    worstVipGapMs: Math.round(Math.max(...vipGaps)),
    medianFailed: Math.round(median(results.map((result) => result.failed))),
    requests: Math.round(median(results.map((result) => result.requests))),
    medianBroken: Math.round(median(results.map((result) => result.brokenConnections))),
    promiseMs: promises.includes(null) ? null : Math.max(...promises.map((promise) => promise ?? 0)),
    kept: results.filter((result) => result.verdict === 'kept').length,
    notJudged: results.filter((result) => result.verdict === 'not-judged').length,
    notRun: all.length - results.length,
  };
}

const titles: Readonly<Record<Contestant, string>> = {
  evenkeel: '## Drills: evenkeel',
  fast: '## Drills: evenkeel with `failover: fast`',
  reference: "## Drills: the tutorial's settings (`--profile reference`)",
};

/** A table with the rows of another one in the place of its own of the same faults; new ones come last. */
export function withRows(before: DrillTable | undefined, table: DrillTable): DrillTable {
  const kept = (before?.rows ?? []).map((row) => table.rows.find(({ fault }) => fault === row.fault) ?? row);
  const known = new Set(kept.map(({ fault }) => fault));
  return { ...table, rows: [...kept, ...table.rows.filter(({ fault }) => !known.has(fault))] };
}

/** The lines of docs/benchmarks.md for the tables there are. */
export function drillLines(tables: readonly DrillTable[]): readonly string[] {
  return tables.flatMap((table) => [
    '',
    titles[table.profile],
    '',
    'The longest time without a success that a client saw: new TLS connections every 20 ms to each VIP, and every 50 ms by name.',
    'Failed requests and broken connections are medians. A gap has the pauses of an edge that is well in it; they are taken off before a promise is held against it.',
    `On ${table.machine}; ${table.daemons.join(', ')}. Two hosts of the same role share the runs of a fault.`,
    '',
    '| fault | runs | to a VIP: median | worst | all clients: median | worst | promise | kept | failed requests | broken connections | measured |',
    '|---|---|---|---|---|---|---|---|---|---|---|',
    ...table.rows.map(
      (row) =>
        `| ${row.fault} | ${row.runs} | ${msOrNone(row.medianVipGapMs)} | ${msOrNone(row.worstVipGapMs)} | ${row.medianGapMs} ms | ${row.worstGapMs} ms | ` +
        `${row.promiseMs === null ? 'until repaired' : `${Math.round(row.promiseMs)} ms`} | ` +
        `${row.kept} of ${row.runs}${some(row.notJudged, 'not judged')}${some(row.notRun, 'not run')} | ` +
        `${row.medianFailed} of ${row.requests} | ${row.medianBroken} | ${row.measured} |`,
    ),
  ]);
}

function msOrNone(ms: number | null): string {
  return ms === null ? '' : `${ms} ms`;
}

function some(count: number, what: string): string {
  return count === 0 ? '' : `, ${count} ${what}`;
}

/** A drill ends with 1 when a promise was not kept, and that is a result too. */
async function drill(words: readonly string[]): Promise<DrillReport> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const out = join(folder, 'report.json');
    const code = await evenkeelExit(['drill', ...words, '--json'], out);
    if (code > 1) throw new Error(`evenkeel drill ${words.join(' ')} ended with ${code}`);
    // What a program of this same clone wrote a moment ago.
    const report: DrillReport = JSON.parse(readFileSync(out, 'utf8'));
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
