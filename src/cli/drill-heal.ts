import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { labByDefaultFlag, realFlag } from './drill-place.ts';
import { fileAlias, fileFlag, labSuffixFlag } from './flags.ts';

interface HealFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly real: boolean;
  readonly suffix?: string;
}

/** `evenkeel drill heal`: heals what a killed drill left, and does nothing else. */
export const drillHealCommand = buildCommand<HealFlags, [], CliContext>({
  docs: {
    brief: 'Heal what a drill left that was killed; every command that looks at the hosts does so first',
    customUsage: ['', '--real'],
  },
  parameters: {
    flags: { file: fileFlag, lab: labByDefaultFlag, real: realFlag, suffix: labSuffixFlag },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { drillPlaceOf } = await import('./drill-place.ts');
      const { withHealedHosts } = await import('./healed-hosts.ts');
      const edge = await loadEdge(this, flags.file);
      return withHealedHosts(this, { edge, place: drillPlaceOf(flags) }, async (_, healed) => {
        const names = healed.map((left) => left.fault.name).join(', ');
        this.print(healed.length === 0 ? 'no drill left anything to heal' : `healed: ${names}`);
        return Promise.resolve(exitCodes.done);
      });
    });
  },
});
