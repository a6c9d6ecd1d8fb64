import { buildCommand } from '@stricli/core';
import type { Release } from '../base/release.ts';
import type { Profile } from '../model/failover-settings.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './context.ts';
import { counted } from '../base/counted.ts';
import { fileAlias, fileFlag, profileFlag, switchFlag, releaseFlag } from './flags.ts';

interface RenderFlags {
  readonly file: string;
  readonly output: string;
  readonly release: Release;
  readonly secrets: boolean;
  readonly profile: Profile;
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
      profile: profileFlag,
    },
    aliases: { ...fileAlias, o: 'output' },
  },
  async func(flags) {
    const { runCommand } = await import('./run-command.ts');
    await runCommand(this, async () => {
      const { loadEdge } = await import('./edge-file.ts');
      const { renderTree } = await import('./render-tree.ts');
      const { profiledEdge } = await import('./edge-profile.ts');
      const edge = profiledEdge(await loadEdge(this, flags.file), flags.profile);
      const kind = flags.secrets ? 'everything' : 'without-secrets';
      const written = await renderTree(this, edge, { directory: flags.output, release: flags.release, kind });
      this.print(`${counted(written.files, 'file')} of ${counted(written.hosts, 'host')} written to ${flags.output}`);
      if (written.leftOut > 0) this.print(`${written.leftOut} certificates and keys left out; --secrets writes them`);
      return exitCodes.done;
    });
  },
});
