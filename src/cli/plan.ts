import { buildCommand } from '@stricli/core';
import type { Profile } from '../model/failover-settings.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import {
  fileAlias,
  fileFlag,
  jsonFlag,
  labFlag,
  labSuffixFlag,
  optionalText,
  profileFlag,
  switchFlag,
} from './flags.ts';

interface PlanFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly json: boolean;
  readonly suffix?: string;
  readonly profile: Profile;
  readonly exitCode: boolean;
  readonly out?: string;
}

/** `evenkeel plan`: what would change on which host; nothing is touched. */
export const planCommand = buildCommand<PlanFlags, [], CliContext>({
  docs: {
    brief: 'Show what would change on which host, as a diff; nothing is touched',
    customUsage: ['', '--lab', '--exit-code', '--out today.plan'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      lab: labFlag,
      json: jsonFlag,
      suffix: labSuffixFlag,
      profile: profileFlag,
      exitCode: switchFlag('Exit with 3 when changes are pending'),
      out: optionalText('Save the plan; "apply --plan" refuses it when anything has changed since', 'file'),
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { placeOf } = await import('./place.ts');
      const { withHealedHosts } = await import('./healed-hosts.ts');
      const { planEdge } = await import('./edge-plan.ts');
      const { isEmptyPlan, planRefusals } = await import('../plan/plan.ts');
      const { planJson } = await import('../plan/saved-plan.ts');
      const { printPlan } = await import('../report/print-plan.ts');
      const { styleFor } = await import('./style.ts');
      const { assertProfileAllowed, profiledEdge } = await import('./edge-profile.ts');
      const { profile } = flags;
      const place = placeOf(flags);
      assertProfileAllowed(this, { profile, place });
      const edge = profiledEdge(await loadEdge(this, flags.file), profile);
      return withHealedHosts(this, { edge, place }, async (edgeHosts) => {
        const { plan } = await planEdge(this, edge, edgeHosts.hosts);
        this.print(flags.json ? planJson(plan) : printPlan(plan, styleFor(this)));
        if (flags.out !== undefined) {
          const { writeFile } = await import('node:fs/promises');
          const { resolve } = await import('node:path');
          await writeFile(resolve(this.cwd, flags.out), planJson(plan), { mode: 0o600 });
        }
        if (planRefusals(plan).length > 0) return exitCodes.refused;
        return flags.exitCode && !isEmptyPlan(plan) ? exitCodes.pending : exitCodes.done;
      });
    });
  },
});
