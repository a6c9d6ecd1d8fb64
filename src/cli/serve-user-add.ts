import { buildCommand } from '@stricli/core';
import { nameParameter } from './account-name.ts';
import type { CliContext } from './context.ts';
import { fileAlias, fileFlag } from './flags.ts';

interface AddFlags {
  readonly file: string;
  readonly role: 'viewer' | 'operator';
}

/** `evenkeel serve user add NAME`: an account for the dashboard. */
export const userAddCommand = buildCommand<AddFlags, [string], CliContext>({
  docs: {
    brief: 'Make an account: asks for its password, and shows the secret for an authenticator app',
    fullDescription:
      'The password is asked for without showing it, or is the first line of standard input; the code of the app is the\n' +
      'next one. The account is there when the code was right. A viewer looks; an operator also acts.',
    customUsage: ['ann --role operator', 'wall'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      role: { kind: 'enum', values: ['viewer', 'operator'], brief: 'What it may do', default: 'viewer' },
    },
    positional: nameParameter('Whose account'),
    aliases: fileAlias,
  },
  async func({ file, role }, name) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { addAccount } = await import('./change-account.ts');
      return addAccount(this, { edge: await loadEdge(this, file), name }, role);
    });
  },
});
