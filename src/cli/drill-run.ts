import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { type DrillFlags, drillFlags } from './drill-flags.ts';
import { fileAlias } from './flags.ts';

/** `evenkeel drill run NAME...`: causes faults, measures what clients notice, heals, and judges. */
export const drillRunCommand = buildCommand<DrillFlags, string[], CliContext>({
  docs: {
    brief: 'Cause faults, measure them from a client, heal, and hold each against its promise; exit 0 when all kept it',
    fullDescription:
      'A name is one of drill list, a kind (nginx-dead), a pattern (nginx-dead:*), or two with a + between them.\n' +
      'In the lab unless --real is given, which wants --consent for each fault, --budget and --max-faults.',
    customUsage: [
      'nginx-dead:lb1',
      'nginx-dead balancer-off:lb1 --html report.html',
      'balancer-off:lb1+nameserver-off:dns1',
      'nginx-dead:lb1 --real --consent nginx-dead:lb1 --budget 5s --max-faults 1',
    ],
  },
  parameters: {
    flags: drillFlags,
    positional: {
      kind: 'array',
      minimum: 1,
      parameter: { parse: String, brief: 'Names of faults', placeholder: 'fault' },
    },
    aliases: fileAlias,
  },
  async func(flags, ...names) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { holdDrill } = await import('./hold-drill.ts');
      const { chooseFaults } = await import('../drill/choose-faults.ts');
      return holdDrill(this, flags, (known) => chooseFaults(names, known));
    });
  },
});
