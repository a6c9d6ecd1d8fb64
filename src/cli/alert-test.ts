import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { fileAlias, fileFlag } from './flags.ts';

interface AlertTestFlags {
  readonly file: string;
}

/** `evenkeel alert test [RECEIVER]`: sends a test, and says what the other end said. */
export const alertTestCommand = buildCommand<AlertTestFlags, [receiver?: string], CliContext>({
  docs: {
    brief: 'Send a test to each receiver of alerts, or to one, and say what the other end said',
    customUsage: ['', 'chat'],
  },
  parameters: {
    flags: { file: fileFlag },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          brief: 'A receiver of the edge file; all of them when left out',
          placeholder: 'receiver',
          optional: true,
        },
      ],
    },
    aliases: fileAlias,
  },
  async func(flags, receiver) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { testAlerts } = await import('./test-alerts.ts');
      return testAlerts(this, flags.file, receiver);
    });
  },
});
