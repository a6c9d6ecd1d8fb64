import { buildCommand } from '@stricli/core';
import type { Profile } from '../model/failover-settings.ts';
import type { CliContext } from './context.ts';
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

interface ApplyFlags {
  readonly file: string;
  readonly lab: boolean;
  readonly json: boolean;
  readonly suffix?: string;
  readonly profile: Profile;
  readonly yes: boolean;
  readonly plan?: string;
}

/** `evenkeel apply`: makes the hosts what the edge file says, one after the other, verified, undone on failure. */
export const applyCommand = buildCommand<ApplyFlags, [], CliContext>({
  docs: {
    brief: 'Make the hosts what the edge file says: checked by each daemon, verified, undone on failure',
    fullDescription:
      'Shows the plan, asks (not with --lab), then changes one host after the other; a balancer only after the one\n' +
      'before it serves. On any failure the host gets back what it had. Exit 4: failed and undone; 5: undo failed.',
    customUsage: ['', '--lab', '--yes', '--plan today.plan --yes'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      lab: labFlag,
      json: jsonFlag,
      suffix: labSuffixFlag,
      profile: profileFlag,
      yes: switchFlag('Do not ask'),
      plan: optionalText('Apply this saved plan, or refuse if it is out of date', 'file'),
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { placeOf } = await import('./place.ts');
      const { withHealedHosts } = await import('./healed-hosts.ts');
      const { assertNoDrill } = await import('../drill/journal.ts');
      const { drillPlace } = await import('./place-causer.ts');
      const { applyEdge } = await import('./apply-edge.ts');
      const { assertProfileAllowed, profiledEdge } = await import('./edge-profile.ts');
      const { profile } = flags;
      const place = placeOf(flags);
      assertProfileAllowed(this, { profile, place });
      const edge = profiledEdge(await loadEdge(this, flags.file), profile);
      return withHealedHosts(this, { edge, place }, async (edgeHosts) => {
        await assertNoDrill(edge.stateDirectory, drillPlace(edge.model, place));
        return await applyEdge(this, edge, {
          edgeHosts,
          place,
          // A lab is there to be thrown away.
          consent: flags.yes || flags.lab ? 'given' : 'ask',
          show: flags.json ? 'json' : 'plan',
          ...(flags.plan === undefined ? {} : { saved: flags.plan }),
        });
      });
    });
  },
});
