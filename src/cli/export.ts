import { buildCommand } from '@stricli/core';
import type { Release } from '../base/release.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { fileAlias, fileFlag, releaseFlag } from './flags.ts';

interface ExportFlags {
  readonly file: string;
  readonly format: 'bash';
  readonly release: Release;
}

/** `evenkeel export --format bash DIR`: one script per host and one for TLS. */
export const exportCommand = buildCommand<ExportFlags, [string], CliContext>({
  docs: {
    brief: 'Write one self-contained bash script per host, and one for TLS, that set up the edge without evenkeel',
    customUsage: ['--format bash scripts'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      format: { kind: 'enum', values: ['bash'], brief: 'What to write', default: 'bash' },
      release: releaseFlag('Debian release of the hosts'),
    },
    positional: {
      kind: 'tuple',
      parameters: [{ parse: String, brief: 'The directory; made when missing', placeholder: 'dir' }],
    },
    aliases: fileAlias,
  },
  async func(flags, directory) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { writeScripts } = await import('./export-scripts.ts');
      const { model } = await loadEdge(this, flags.file);
      const names = await writeScripts(this, model, { directory, release: flags.release });
      this.print(`wrote ${names.join(', ')} to ${directory}`);
      this.print('run tls.sh once, copy evenkeel-tls to every balancer, then run each script on its host as root');
      return exitCodes.done;
    });
  },
});
