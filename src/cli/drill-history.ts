import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag } from './flags.ts';

interface HistoryFlags {
  readonly file: string;
  readonly json: boolean;
}

/** `evenkeel drill history`: which drills were held. */
export const drillHistoryCommand = buildCommand<HistoryFlags, [], CliContext>({
  docs: { brief: 'List the drills that were held, the newest last', customUsage: ['', '--json'] },
  parameters: { flags: { file: fileFlag, json: jsonFlag }, aliases: fileAlias },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { withHistory } = await import('./edge-history.ts');
      const { printDrillHistory } = await import('../report/print-drill-history.ts');
      const { styleFor } = await import('./style.ts');
      const edge = await loadEdge(this, flags.file);
      const drills = withHistory(edge, (history) => history?.list() ?? []);
      if (flags.json) this.print(JSON.stringify({ version: 1, edge: edge.model.name, drills }, undefined, 2));
      else this.print(printDrillHistory(drills, styleFor(this)));
      return exitCodes.done;
    });
  },
});
