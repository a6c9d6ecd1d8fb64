import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { type DrillFlags, drillFlags } from './drill-flags.ts';
import { fileAlias, optionalText, switchFlag } from './flags.ts';

interface MatrixFlags extends DrillFlags {
  readonly double: boolean;
  readonly pairs?: string;
}

/** `evenkeel drill matrix`: every fault, one after the other; or pairs of faults at once. */
export const drillMatrixCommand = buildCommand<MatrixFlags, [], CliContext>({
  docs: {
    brief: 'Drill every single fault, one after the other; with --double or --pairs two at once',
    customUsage: ['', '--html matrix.html', '--repeat 10 --json', '--pairs nginx-dead:lb1+backend-dead:web1'],
  },
  parameters: {
    flags: {
      ...drillFlags,
      double: switchFlag('Every two faults at once, instead of single ones'),
      pairs: optionalText('Only these pairs, with a comma between them; patterns count', 'a+b,...'),
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { holdDrill } = await import('./hold-drill.ts');
      const { allPairs, chooseFaults, withoutGuards } = await import('../drill/choose-faults.ts');
      const { pairs, double } = flags;
      return holdDrill(this, flags, (known) => {
        if (pairs !== undefined) return chooseFaults(pairs.split(','), known);
        const every = withoutGuards(known);
        const all = double ? allPairs(every) : every;
        return chooseFaults(
          all.map((fault) => fault.name),
          all,
        );
      });
    });
  },
});
