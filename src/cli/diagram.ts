import { buildCommand } from '@stricli/core';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, optionalText } from './flags.ts';

interface DiagramFlags {
  readonly file: string;
  readonly view: 'physical' | 'flow';
  readonly theme: 'auto' | 'light' | 'dark';
  readonly output?: string;
}

/** `evenkeel diagram`: SVG of the topology or of the traffic, from the same model that configures the hosts. */
export const diagramCommand = buildCommand<DiagramFlags, [], CliContext>({
  docs: {
    brief: 'Draw the topology or the traffic as SVG, from the model that configures the hosts',
    customUsage: ['--view physical > physical.svg', '--view flow --theme light -o flow.svg'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      view: { kind: 'enum', values: ['physical', 'flow'], brief: 'What to draw', default: 'physical' },
      theme: {
        kind: 'enum',
        values: ['auto', 'light', 'dark'],
        brief: 'Colours; auto follows the viewer',
        default: 'auto',
      },
      output: optionalText('Write to this file, not to standard output', 'file'),
    },
    aliases: { ...fileAlias, o: 'output' },
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { model } = await loadEdge(this, flags.file);
      const draw =
        flags.view === 'physical'
          ? (await import('../report/diagram-physical.ts')).diagramPhysical
          : (await import('../report/diagram-flow.ts')).diagramFlow;
      const svg = draw(model, { theme: flags.theme });
      if (flags.output === undefined) {
        this.print(svg);
      } else {
        const { writeFile } = await import('node:fs/promises');
        const { resolve } = await import('node:path');
        await writeFile(resolve(this.cwd, flags.output), svg);
        this.printError(`${flags.view} diagram of ${model.name} written to ${flags.output}`);
      }
      return exitCodes.done;
    });
  },
});
