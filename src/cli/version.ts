import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';

/** `evenkeel version`: the versions of evenkeel and of the Node.js it runs on. */
export const versionCommand = buildCommand<Record<never, never>, [], CliContext>({
  docs: { brief: 'Print the version' },
  parameters: {},
  async func() {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { default: description } = await import('../../package.json', { with: { type: 'json' } });
      this.print(`evenkeel ${description.version} on Node.js ${process.versions.node}`);
      return exitCodes.done;
    });
  },
});
