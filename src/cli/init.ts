import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { optionalText } from './flags.ts';

interface InitFlags {
  readonly name?: string;
}

/** `evenkeel init`: a commented starter edge file on standard output. */
export const initCommand = buildCommand<InitFlags, [], CliContext>({
  docs: {
    brief: 'Write a commented starter edge file to standard output',
    customUsage: ['> edge.yaml', '--name shop > edge.yaml'],
  },
  parameters: { flags: { name: optionalText('Name of the edge', 'name') } },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { starterEdgeFile } = await import('../spec/starter.ts');
      const { textKinds } = await import('../spec/text-kinds.ts');
      if (flags.name !== undefined && !textKinds.edgeName.accepts(flags.name)) {
        this.printError(`error: \`${flags.name}\` is not ${textKinds.edgeName.noun}`);
        return exitCodes.usage;
      }
      this.print(starterEdgeFile(flags.name === undefined ? {} : { name: flags.name }));
      return exitCodes.done;
    });
  },
});
