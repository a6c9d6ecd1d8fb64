import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { pairTargets } from '../report/availability.ts';
import { edgeReport, type EdgeReport, type ReportKind } from '../report/edge-report.ts';
import { reportHtml } from '../report/report-html.ts';
import { reportMarkdown } from '../report/report-markdown.ts';
import type { TimeRange } from '../report/report-range.ts';
import { readReportMaterial } from '../store/report-material.ts';
import type { CliContext } from './context.ts';
import { loadEdge } from './edge-file.ts';
import { placeOf } from './place.ts';
import { withReportSource } from './history-files.ts';

/** What both reports may be told. */
interface ReportFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly suffix?: string;
  readonly json: boolean;
  readonly html?: string;
}

/** Reads the history, prints the report, and writes it as HTML when that is asked for. Throws a Fault when the history can't be read. */
export async function writeReport(
  context: CliContext,
  flags: ReportFlags,
  { kind, range }: { readonly kind: ReportKind; readonly range: TimeRange },
): Promise<EdgeReport> {
  const edge = await loadEdge(context, flags.file);
  const place = placeOf(flags);
  const now = context.now().getTime();
  const report = await withReportSource(edge, place, async (source) =>
    edgeReport({
      kind,
      edge: edge.model.name,
      place: place.kind,
      range,
      now,
      targets: pairTargets(edge.model),
      ...(await readReportMaterial(source, range, now)),
    }),
  );
  if (flags.html !== undefined) {
    await writeFile(resolve(context.cwd, flags.html), reportHtml(report));
    context.emit({ code: 'note', level: 'info', data: { text: `wrote ${flags.html}` } });
  }
  context.print(flags.json ? JSON.stringify(report, undefined, 2) : reportMarkdown(report));
  return report;
}
