import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, jsonFlag } from './flags.ts';

interface CheckFlags {
  readonly file: string;
  readonly json: boolean;
}

/** `evenkeel check`: reads the edge file and says everything that is wrong with it. */
export const checkCommand = buildCommand<CheckFlags, [], CliContext>({
  docs: {
    brief: 'Read the edge file and say everything that is wrong with it',
    customUsage: ['', '-f shop/edge.yaml --json'],
  },
  parameters: { flags: { file: fileFlag, json: jsonFlag }, aliases: fileAlias },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge, readEdge } = await import('./edge-file.ts');
      if (flags.json) {
        const read = await readEdge(this, flags.file);
        this.print(JSON.stringify({ version: 1, ok: read.ok, diagnostics: read.diagnostics }, undefined, 2));
        return read.ok ? exitCodes.done : exitCodes.usage;
      }
      const { describeModel } = await import('../report/describe-model.ts');
      const edge = await loadEdge(this, flags.file);
      this.print(describeModel(edge.file, edge.model));
      return exitCodes.done;
    });
  },
});
