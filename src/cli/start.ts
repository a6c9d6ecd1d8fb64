import { buildCommand } from '@stricli/core';
import type { Release } from '../base/release.ts';
import type { CliContext } from './context.ts';
import { fileAlias, fileFlag, labSuffixFlag, switchFlag, releaseFlag } from './flags.ts';

/** What `start` may be told. */
export interface StartFlags {
  readonly file: string;
  readonly suffix?: string;
  readonly release: Release;
  readonly keep: boolean;
}

/** `evenkeel start`: the whole edge in the lab, live, until Ctrl-C. */
export const startCommand = buildCommand<StartFlags, [], CliContext>({
  docs: {
    brief: 'Bring the whole edge up in the lab, show it live, and take it away at Ctrl-C',
    fullDescription:
      'Installs the Debian packages the lab needs (listed first), builds the image once, starts the machines, applies\n' +
      'the edge file and shows what is true. Ctrl-C leaves nothing behind.',
    customUsage: ['', '-f examples/devops.com/edge.yaml', '--keep'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      suffix: labSuffixFlag,
      release: releaseFlag('Debian release of the machines'),
      keep: switchFlag('End when the edge is up and leave the lab running'),
    },
    aliases: fileAlias,
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { startEdge } = await import('./start-edge.ts');
      return startEdge(this, flags);
    });
  },
});
