import { buildCommand } from '@stricli/core';
import { nameParameter } from './account-name.ts';
import type { CliContext } from './context.ts';
import { fileAlias, fileFlag } from './flags.ts';

interface ResetFlags {
  readonly file: string;
}

/** `evenkeel serve user reset NAME`: a new password and a new secret for an account. */
export const userResetCommand = buildCommand<ResetFlags, [string], CliContext>({
  docs: {
    brief: 'Give an account a new password and a new secret; all its sessions end',
    fullDescription: 'Asks as "serve user add" does. Until the new code was right, everything stays as it was.',
    customUsage: ['ann'],
  },
  parameters: { flags: { file: fileFlag }, positional: nameParameter('Whose account'), aliases: fileAlias },
  async func({ file }, name) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { resetAccount } = await import('./change-account.ts');
      return resetAccount(this, { edge: await loadEdge(this, file), name });
    });
  },
});
