import { buildCommand } from '@stricli/core';
import type { Release } from '../base/release.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { counted } from '../base/counted.ts';
import { fileAlias, fileFlag, switchFlag, releaseFlag } from './flags.ts';

interface RenderFlags {
  readonly file: string;
  readonly output: string;
  readonly release: Release;
  readonly secrets: boolean;
}

/** `evenkeel render -o DIR`: every file of every host as DIR/HOST/absolute/path. */
export const renderCommand = buildCommand<RenderFlags, [], CliContext>({
  docs: {
    brief: 'Write every file of every host to a directory, to read or to keep in git',
    fullDescription:
      'Files are written as DIR/HOST/absolute/path. Certificates and keys are left out unless --secrets is given;\n' +
      'no host is asked, so the Debian release is the one you name.',
    customUsage: ['-o tree', '-o tree --release debian12'],
  },
  parameters: {
    flags: {
      file: fileFlag,
      output: { kind: 'parsed', parse: String, brief: 'The directory; made when missing', placeholder: 'dir' },
      release: releaseFlag('Debian release of the hosts'),
      secrets: switchFlag('Write certificates and keys too (0600)'),
    },
    aliases: { ...fileAlias, o: 'output' },
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { renderTree } = await import('./render-tree.ts');
      const edge = await loadEdge(this, flags.file);
      const kind = flags.secrets ? 'everything' : 'without-secrets';
      const written = await renderTree(this, edge, { directory: flags.output, release: flags.release, kind });
      this.print(`${counted(written.files, 'file')} of ${counted(written.hosts, 'host')} written to ${flags.output}`);
      if (written.leftOut > 0) this.print(`${written.leftOut} certificates and keys left out; --secrets writes them`);
      return exitCodes.done;
    });
  },
});
