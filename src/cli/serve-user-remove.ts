import { buildCommand } from '@stricli/core';
import { nameParameter } from './account-name.ts';
import type { CliContext } from './context.ts';
import { fileAlias, fileFlag } from './flags.ts';

interface RemoveFlags {
  readonly file: string;
}

/** `evenkeel serve user remove NAME`: the account and its sessions end. */
export const userRemoveCommand = buildCommand<RemoveFlags, [string], CliContext>({
  docs: { brief: 'Remove an account; all its sessions end at once', customUsage: ['ann'] },
  parameters: { flags: { file: fileFlag }, positional: nameParameter('Whose account'), aliases: fileAlias },
  async func({ file }, name) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { removeAccount } = await import('./change-account.ts');
      return removeAccount(this, { edge: await loadEdge(this, file), name });
    });
  },
});
