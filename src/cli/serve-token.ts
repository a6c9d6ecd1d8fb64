import { buildCommand, buildRouteMap } from '@stricli/core';
import { nameParameter } from './account-name.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag } from './flags.ts';

interface TokenFlags {
  readonly file: string;
}

interface ListFlags extends TokenFlags {
  readonly json: boolean;
}

const addCommand = buildCommand<TokenFlags, [string], CliContext>({
  docs: {
    brief: 'Make a token with which a machine reads /metrics, and nothing else; it is shown this once',
    customUsage: ['prometheus'],
  },
  parameters: { flags: { file: fileFlag }, positional: nameParameter('Which machine'), aliases: fileAlias },
  async func({ file }, name) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { addToken } = await import('./change-token.ts');
      return addToken(this, { edge: await loadEdge(this, file), name });
    });
  },
});

const removeCommand = buildCommand<TokenFlags, [string], CliContext>({
  docs: { brief: 'Remove a token; it opens nothing from now on', customUsage: ['prometheus'] },
  parameters: { flags: { file: fileFlag }, positional: nameParameter('Which machine'), aliases: fileAlias },
  async func({ file }, name) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { removeToken } = await import('./change-token.ts');
      return removeToken(this, { edge: await loadEdge(this, file), name });
    });
  },
});

const listCommand = buildCommand<ListFlags, [], CliContext>({
  docs: { brief: 'List which machines have a token', customUsage: ['', '--json'] },
  parameters: { flags: { file: fileFlag, json: jsonFlag }, aliases: fileAlias },
  async func({ file, json }) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { lookAtAccounts } = await import('./account-file.ts');
      const { printTokens } = await import('../report/print-accounts.ts');
      const { styleFor } = await import('./style.ts');
      const { completeCommands } = await import('./invocation.ts');
      const edge = await loadEdge(this, file);
      const tokens = lookAtAccounts(edge, (opened) => opened?.tokens() ?? []);
      if (json) this.print(JSON.stringify({ version: 1, edge: edge.model.name, tokens }, undefined, 2));
      else this.print(completeCommands(printTokens(tokens, styleFor(this)), this.invocation));
      return exitCodes.done;
    });
  },
});

/** `evenkeel serve token ...`: machines that read metrics. */
export const tokenRoutes = buildRouteMap({
  routes: { add: addCommand, list: listCommand, remove: removeCommand },
  docs: { brief: 'Tokens with which machines, such as Prometheus, read the metrics' },
});
