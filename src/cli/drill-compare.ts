import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag } from './flags.ts';

interface CompareFlags {
  readonly file: string;
  readonly json: boolean;
}

const drillParameter = {
  parse: String,
  brief: 'A number of "drill history", or a file that "drill run --json" wrote',
} as const;

/** `evenkeel drill compare BEFORE AFTER`: what became worse or better between two drills. */
export const drillCompareCommand = buildCommand<CompareFlags, [string, string], CliContext>({
  docs: {
    brief: 'Hold two drills against each other, fault by fault; exit 1 when one became worse',
    customUsage: ['3 7', 'before.json after.json --json'],
  },
  parameters: {
    flags: { file: fileFlag, json: jsonFlag },
    positional: {
      kind: 'tuple',
      parameters: [
        { ...drillParameter, placeholder: 'before' },
        { ...drillParameter, placeholder: 'after' },
      ],
    },
    aliases: fileAlias,
  },
  async func(flags, before, after) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { drillOf } = await import('./edge-history.ts');
      const { compareDrills } = await import('../report/compare-drills.ts');
      const { printDrillComparison } = await import('../report/print-drill-comparison.ts');
      const { styleFor } = await import('./style.ts');
      const edge = await loadEdge(this, flags.file);
      const comparison = compareDrills(await drillOf(this, edge, before), await drillOf(this, edge, after));
      if (flags.json) this.print(JSON.stringify({ version: 1, ...comparison }, undefined, 2));
      else this.print(printDrillComparison(comparison, styleFor(this)));
      return comparison.faults.some((fault) => fault.change === 'worse') ? exitCodes.refused : exitCodes.done;
    });
  },
});
