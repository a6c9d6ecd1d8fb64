import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';

/** `evenkeel schema`: the JSON Schema of the edge file, for editors. */
export const schemaCommand = buildCommand<Record<never, never>, [], CliContext>({
  docs: {
    brief: 'Print the JSON Schema of the edge file, for editors',
    fullDescription:
      'Save it beside the edge file and begin the file with "# yaml-language-server: $schema=edge.schema.json":\n' +
      'editors with a YAML language server then complete and check it.',
    customUsage: ['> edge.schema.json'],
  },
  parameters: {},
  async func() {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { edgeJsonSchema } = await import('../spec/json-schema.ts');
      this.print(JSON.stringify(edgeJsonSchema(), undefined, 2));
      return exitCodes.done;
    });
  },
});
