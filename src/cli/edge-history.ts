import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Fault, faultLine } from '../base/fault.ts';
import type { DrillReport } from '../facts/drill-report.ts';
import { readDrillReport } from '../facts/read-drill-report.ts';
import { type DrillHistory, openDrillHistory } from '../store/drill-history.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { lookAt } from './look-at.ts';

/** Where the drills of an edge, and what the last apply did, are kept. */
export function historyPath(edge: Pick<Edge, 'stateDirectory'>): string {
  return join(edge.stateDirectory, 'history.db');
}

/** What is to be kept in a history, and how. */
interface Keeping<History> {
  readonly what: 'drill' | 'apply';
  readonly open: (path: string) => History;
  readonly keep: (history: History) => void;
}

/** Keeps something in the history of an edge. One that can't be written is told as a warning: what was done stays what it was. */
export function keepInHistory<History extends { close(): void }>(
  context: Pick<CliContext, 'emit'>,
  edge: Pick<Edge, 'stateDirectory'>,
  { what, open, keep }: Keeping<History>,
): void {
  try {
    const history = open(historyPath(edge));
    try {
      keep(history);
    } finally {
      history.close();
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const text = `this ${what} was not kept: ${faultLine(error)}`;
    context.emit({ code: 'warning', level: 'warning', data: { text } });
  }
}

/** Keeps a report in the history of its edge and says under which number; it is printed also when it can't be kept. */
export function keepDrill(context: CliContext, edge: Edge, report: DrillReport): void {
  keepInHistory(context, edge, {
    what: 'drill',
    open: openDrillHistory,
    keep: (history) => {
      const id = history.add(report);
      context.emit({
        code: 'note',
        level: 'info',
        data: { text: `kept as drill ${id}; see: evenkeel drill report ${id}` },
      });
    },
  });
}

/**
 * Rows of the history of an edge for its dashboard, read again whenever its file changed: commands in a terminal write it too. Undefined
 * while it can't be read, which is not the same as none: the dashboard does not end because of it, and `evenkeel drill history` says what
 * is wrong.
 */
export function historyRows<Row>(
  edge: Pick<Edge, 'stateDirectory'>,
  read: () => readonly Row[],
): () => readonly Row[] | undefined {
  let known: { readonly changedNs: bigint | undefined; readonly rows: readonly Row[] } | undefined;
  return () => {
    try {
      const changedNs = statSync(historyPath(edge), { bigint: true, throwIfNoEntry: false })?.mtimeNs;
      if (known === undefined || known.changedNs !== changedNs) known = { changedNs, rows: read() };
      return known.rows;
    } catch (error) {
      if (error instanceof Fault) return undefined;
      throw error;
    }
  };
}

/** Works with the history of an edge; undefined stands for one that has not begun. Reading makes no file. */
export function withHistory<T>(edge: Pick<Edge, 'stateDirectory'>, work: (history: DrillHistory | undefined) => T): T {
  return lookAt(historyPath(edge), openDrillHistory, work);
}

/** A drill by its number, or the last one. Throws a Fault `not-found`. */
export function keptDrill(edge: Edge, wanted: number | 'last'): DrillReport {
  return withHistory(edge, (history) => {
    const drills = history?.list() ?? [];
    const id = wanted === 'last' ? drills.at(-1)?.id : wanted;
    const report = id === undefined ? undefined : history?.get(id);
    if (report !== undefined) return report;
    throw new Fault({
      code: 'not-found',
      message: drills.length === 0 ? `no drill of ${edge.model.name} was kept yet` : `there is no drill ${wanted}`,
      next: drills.length === 0 ? 'hold one: evenkeel drill run NAME' : 'see which there are: evenkeel drill history',
    });
  });
}

/** A drill by its number in the history, or a file with what `drill run --json` printed. */
export async function drillOf(context: CliContext, edge: Edge, name: string): Promise<DrillReport> {
  if (/^\d{1,9}$/.test(name)) return keptDrill(edge, Number(name));
  const read = readDrillReport(await readFile(resolve(context.cwd, name), 'utf8'));
  if (read.ok) return read.value;
  throw new Fault({
    code: 'file-unreadable',
    message: `${name} is no report of a drill: ${read.error}`,
    next: 'name a file that `evenkeel drill run --json` wrote, or a number from `evenkeel drill history`',
  });
}
