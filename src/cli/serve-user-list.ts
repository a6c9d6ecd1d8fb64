import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag } from './flags.ts';

interface ListFlags {
  readonly file: string;
  readonly json: boolean;
}

/** `evenkeel serve user list`: who may sign in. */
export const userListCommand = buildCommand<ListFlags, [], CliContext>({
  docs: { brief: 'List who may sign in', customUsage: ['', '--json'] },
  parameters: { flags: { file: fileFlag, json: jsonFlag }, aliases: fileAlias },
  async func({ file, json }) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { lookAtAccounts } = await import('./account-file.ts');
      const { printAccounts } = await import('../report/print-accounts.ts');
      const { styleFor } = await import('./style.ts');
      const { completeCommands } = await import('./invocation.ts');
      const edge = await loadEdge(this, file);
      const accounts = lookAtAccounts(edge, (opened) => opened?.accounts() ?? []);
      if (json) this.print(JSON.stringify({ version: 1, edge: edge.model.name, accounts }, undefined, 2));
      else this.print(completeCommands(printAccounts(accounts, styleFor(this)), this.invocation));
      return exitCodes.done;
    });
  },
});
