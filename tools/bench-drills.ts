// The matrix of drills on a lab, once with evenkeel's settings and once with the tutorial's, for docs/benchmarks.md.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { DrillReport, FaultResult } from '../src/facts/drill-report.ts';
import { median } from '../src/report/drill-runs.ts';

const root = resolve(import.meta.dirname, '..');
const evenkeel = join(root, 'bin/evenkeel');
const lab = ['-f', join(root, 'examples/devops.com/edge.yaml'), '--suffix', 'bench'] as const;

/** Runs of each kind of fault. Where two hosts play the same part, each is struck in half of them. */
const runs = 10;

/** What is struck, and how often: together `runs` for each kind. Each group is written down when it is done. */
const strikes = [
  // Of each of two VIPs. The tutorial has no planned move: there it is keepalived-dead, the holder stopped on purpose.
  { names: ['planned-move:*'], repeat: runs / 2, only: 'evenkeel' },
  { names: ['nginx-dead:*', 'balancer-off:*', 'keepalived-dead:*', 'keepalived-killed:*'], repeat: runs / 2 },
  { names: ['nginx-hung:*'], repeat: runs / 2 },
  { names: ['partition:*=*'], repeat: runs },
  { names: ['backend-dead:*'], repeat: runs / 2 },
  { names: ['link-cut:*'], repeat: runs / 2 },
  { names: ['partition:*>*', 'nameserver-off:*'], repeat: runs / 2 },
  { names: ['gateway-lost:*', 'pool-dead:*'], repeat: runs },
  { names: ['backend-off:*'], repeat: runs / 2 },
] as const satisfies readonly Strike[];

/** Faults that are measured in one go. */
interface Strike {
  readonly names: readonly string[];
  readonly repeat: number;
  /** The one profile that has them. */
  readonly only?: DrillTable['profile'];
}

/** One kind of fault over all its runs. Milliseconds. */
export interface DrillRow {
  readonly fault: string;
  readonly runs: number;
  readonly medianGapMs: number;
  readonly worstGapMs: number;
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

/** The matrix with one profile. */
export interface DrillTable {
  readonly profile: 'evenkeel' | 'reference';
  readonly machine: string;
  readonly daemons: readonly string[];
  readonly rows: readonly DrillRow[];
}

/**
 * Runs the matrix with each profile, in turn for each group of faults, so that both meet the same machine. `onTable` is told
 * the rows so far after each group: nothing measured is lost when the rest is not.
 */
export async function benchDrills(
  profiles: readonly DrillTable['profile'][],
  onTable: (table: DrillTable) => void,
): Promise<void> {
  const reports = new Map<DrillTable['profile'], readonly DrillReport[]>();
  await run(['lab', 'up', ...lab]);
  try {
    for (const { names, repeat, only } of strikes.map((one): Strike => one)) {
      for (const profile of profiles.filter((one) => only === undefined || one === only)) {
        await run(['apply', ...lab, '--lab', '--yes', '--profile', profile]);
        const report = await drill(['run', ...names, ...lab, '--profile', profile, '--repeat', String(repeat)]);
        const all = [...(reports.get(profile) ?? []), report];
        reports.set(profile, all);
        onTable(tableOf(profile, all));
      }
    }
  } finally {
    await run(['lab', 'down', ...lab]);
  }
}

function tableOf(profile: DrillTable['profile'], reports: readonly DrillReport[]): DrillTable {
  const machine = reports[0]?.machine;
  const kinds = new Map<string, FaultResult[]>();
  for (const result of reports.flatMap((report) => report.faults)) {
    const kind = kindOf(result.name);
    kinds.set(kind, [...(kinds.get(kind) ?? []), result]);
  }
  return {
    profile,
    machine: machine === undefined ? '' : `${machine.cpus} cores (${machine.cpu}), kernel ${machine.kernel}`,
    daemons: machine?.daemons ?? [],
    rows: [...kinds].map(([fault, results]) => rowOf(fault, results)),
  };
}

/** `partition:lb1>lb2` and its mirror are one kind, `partition one-way`. */
function kindOf(name: string): string {
  const [kind = name, where = ''] = name.split(':');
  if (kind !== 'partition') return kind;
  return where.includes('>') ? 'partition one-way' : 'partition two-way';
}

function rowOf(fault: string, all: readonly FaultResult[]): DrillRow {
  const results = all.filter((result) => result.verdict !== 'not-run');
  const promises = results.map((result) => result.promiseMs);
  return {
    fault,
    runs: results.length,
    medianGapMs: Math.round(median(results.map((result) => result.longestGapMs))),
    worstGapMs: Math.round(Math.max(...results.map((result) => result.longestGapMs))),
    medianFailed: Math.round(median(results.map((result) => result.failed))),
    requests: Math.round(median(results.map((result) => result.requests))),
    medianBroken: Math.round(median(results.map((result) => result.brokenConnections))),
    promiseMs: promises.includes(null) ? null : Math.max(...promises.map((promise) => promise ?? 0)),
    kept: results.filter((result) => result.verdict === 'kept').length,
    notJudged: results.filter((result) => result.verdict === 'not-judged').length,
    notRun: all.length - results.length,
  };
}

/** The lines of docs/benchmarks.md for the tables there are. */
export function drillLines(tables: readonly DrillTable[]): readonly string[] {
  return tables.flatMap((table) => [
    '',
    table.profile === 'evenkeel' ? '## Drills: evenkeel' : "## Drills: the tutorial's settings (`--profile reference`)",
    '',
    `The longest time without a success that a client saw, new TLS connections every 20 ms to each VIP and requests by name.`,
    'A gap has the pauses of an edge that is well in it; they are taken off before a promise is held against it.',
    `On ${table.machine}; ${table.daemons.join(', ')}. Two hosts of the same role share the runs of a fault.`,
    '',
    '| fault | runs | median | worst | promise | kept | failed requests | broken connections |',
    '|---|---|---|---|---|---|---|---|',
    ...table.rows.map(
      (row) =>
        `| ${row.fault} | ${row.runs} | ${row.medianGapMs} ms | ${row.worstGapMs} ms | ` +
        `${row.promiseMs === null ? 'until repaired' : `${Math.round(row.promiseMs)} ms`} | ` +
        `${row.kept} of ${row.runs}${some(row.notJudged, 'not judged')}${some(row.notRun, 'not run')} | ` +
        `${row.medianFailed} of ${row.requests} | ${row.medianBroken} |`,
    ),
  ]);
}

function some(count: number, what: string): string {
  return count === 0 ? '' : `, ${count} ${what}`;
}

async function run(words: readonly string[]): Promise<void> {
  const code = await exitCode(words);
  if (code !== 0) throw new Error(`evenkeel ${words.join(' ')} ended with ${code}`);
}

/** A drill ends with 1 when a promise was not kept, and that is a result too. */
async function drill(words: readonly string[]): Promise<DrillReport> {
  const folder = await mkdtemp(join(tmpdir(), 'evenkeel-bench-'));
  try {
    const out = join(folder, 'report.json');
    const code = await exitCode(['drill', ...words, '--json'], out);
    if (code > 1) throw new Error(`evenkeel drill ${words.join(' ')} ended with ${code}`);
    // What a program of this same clone wrote a moment ago.
    const report: DrillReport = JSON.parse(readFileSync(out, 'utf8'));
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function exitCode(words: readonly string[], out?: string): Promise<number> {
  const { openSync, closeSync } = await import('node:fs');
  const file = out === undefined ? undefined : openSync(out, 'w');
  const child = spawn(evenkeel, words, { stdio: ['ignore', file ?? 'ignore', 'inherit'] });
  const code = await new Promise<number>((settle) => child.on('close', (value) => settle(value ?? 1)));
  if (file !== undefined) closeSync(file);
  return code;
}
