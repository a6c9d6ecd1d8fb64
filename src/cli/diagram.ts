import { buildCommand } from '@stricli/core';
import type { EdgeStatus } from '../report/edge-status.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import type { Edge } from './edge-file.ts';
import { fileAlias, fileFlag, labFlag, labSuffixFlag, optionalText, switchFlag } from './flags.ts';

interface DiagramFlags {
  readonly file: string;
  readonly view: 'physical' | 'flow';
  readonly theme: 'auto' | 'light' | 'dark';
  readonly output?: string;
  readonly live: boolean;
  readonly lab: boolean;
  readonly suffix?: string;
}

/** `evenkeel diagram`: SVG of the topology or of the traffic, from the same model that configures the hosts. */
export const diagramCommand = buildCommand<DiagramFlags, [], CliContext>({
  docs: {
    brief: 'Draw the topology or the traffic as SVG, from the model that configures the hosts',
    fullDescription:
      'Draws from the model that configures the hosts. With --live the hosts are asked once, and the drawing says in words and\n' +
      'colours who holds each VIP, what is down, what does not answer and which way is broken.',
    customUsage: [
      '--view physical > physical.svg',
      '--view flow --theme light -o flow.svg',
      '--live --lab --view flow -o now.svg',
    ],
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
      live: switchFlag('Show what is true now: holders, what is down or silent, broken flows'),
      lab: labFlag,
      suffix: labSuffixFlag,
    },
    aliases: { ...fileAlias, o: 'output' },
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const edge = await loadEdge(this, flags.file);
      const { model } = edge;
      const draw =
        flags.view === 'physical'
          ? (await import('../report/diagram-physical.ts')).diagramPhysical
          : (await import('../report/diagram-flow.ts')).diagramFlow;
      const status = await statusFor(this, edge, flags);
      const svg = draw(model, { theme: flags.theme, ...(status === undefined ? {} : { status }) });
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

/** What is true now, when that is asked for: whoever names a lab means one that runs. */
async function statusFor(context: CliContext, edge: Edge, flags: DiagramFlags): Promise<EdgeStatus | undefined> {
  const { placeOf } = await import('./place.ts');
  const place = placeOf(flags);
  if (!flags.live && place.kind === 'real') return undefined;
  const { withHealedHosts } = await import('./healed-hosts.ts');
  const { lookAtEdge } = await import('./look-at-edge.ts');
  return withHealedHosts(context, { edge, place }, (edgeHosts) => lookAtEdge(context, edge.model, edgeHosts));
}
