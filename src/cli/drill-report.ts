import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag, optionalText } from './flags.ts';

interface ReportFlags {
  readonly file: string;
  readonly json: boolean;
  readonly html?: string;
}

/** `evenkeel drill report [DRILL]`: a drill of the history once more, as text, JSON or HTML. */
export const drillReportCommand = buildCommand<ReportFlags, [string?], CliContext>({
  docs: {
    brief:
      'Show a drill that was held, the last one unless another is named; exit 0 when all faults kept their promise',
    customUsage: ['', '7 --html drill.html', 'before.json --html before.html'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      json: jsonFlag,
      html: optionalText('Write one HTML file with a picture of every fault', 'file'),
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          brief: 'A number of "drill history", or a file that "drill run --json" wrote',
          placeholder: 'drill',
          optional: true,
        },
      ],
    },
    aliases: fileAlias,
  },
  async func(flags, drill) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { drillOf, keptDrill } = await import('./edge-history.ts');
      const { printDrillReport } = await import('../report/drill-table.ts');
      const { styleFor } = await import('./style.ts');
      const edge = await loadEdge(this, flags.file);
      const report = drill === undefined ? keptDrill(edge, 'last') : await drillOf(this, edge, drill);
      if (flags.html !== undefined) {
        const { writeFile } = await import('node:fs/promises');
        const { resolve } = await import('node:path');
        const { drillHtml } = await import('../report/drill-html.ts');
        await writeFile(resolve(this.cwd, flags.html), drillHtml(report));
        this.emit({ code: 'note', level: 'info', data: { text: `wrote ${flags.html}` } });
      }
      this.print(flags.json ? JSON.stringify(report) : printDrillReport(report, styleFor(this)));
      return report.verdict === 'kept' ? exitCodes.done : exitCodes.refused;
    });
  },
});
