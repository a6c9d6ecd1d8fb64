import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { labByDefaultFlag, realFlag } from './drill-place.ts';
import { faultsFlag } from './faults-flag.ts';
import { fileAlias, fileFlag, jsonFlag, labSuffixFlag } from './flags.ts';

/** The flags of `drill list`. */
export interface DrillListFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly real: boolean;
  readonly suffix?: string;
  readonly faults?: string;
  readonly json: boolean;
}

/** `evenkeel drill list`: every fault there is a drill for. */
export const drillListCommand = buildCommand<DrillListFlags, [], CliContext>({
  docs: {
    brief: 'List every fault: what happens, what is promised, whether it can be caused here, or why not',
    customUsage: ['', '--real', '--faults my-faults.yaml', '--json'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      lab: labByDefaultFlag,
      real: realFlag,
      suffix: labSuffixFlag,
      faults: faultsFlag,
      json: jsonFlag,
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { listDrills } = await import('./list-drills.ts');
      await listDrills(this, flags);
      return exitCodes.done;
    });
  },
});
