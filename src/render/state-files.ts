import type { Model, ModelHost } from '../model/model.ts';
import { poolsSocketFolder } from '../model/pools-document.ts';
import { claimFile } from '../model/state-files.ts';
import { isolatePath, yieldPath } from '../model/witness-paths.ts';
import { printTmpfiles, type TmpfilesEntry } from '../syntax/tmpfiles.ts';
import { vipsOf } from '../model/balancer-peers.ts';
import type { DesiredFile } from './desired-file.ts';
import { hostPaths, madeBy } from './host-paths.ts';
import type { RenderInput } from './render-input.ts';
import { desiredFile } from './make-file.ts';

/** The directories and files that exist before any daemon starts (systemd-tmpfiles-setup.service, sysinit.target). */
export function renderStateFiles(
  { model, agent }: Pick<RenderInput, 'model' | 'agent'>,
  host: ModelHost,
): readonly DesiredFile[] {
  const entries = stateEntries(model, host, agent === undefined ? 'alone' : 'watched');
  if (entries.length === 0) return [];
  return [
    desiredFile({
      host: host.name,
      path: '/etc/tmpfiles.d/evenkeel.conf',
      content: printTmpfiles([madeBy], entries),
      activates: 'tmpfiles',
      why: 'state files exist before the daemons that read them',
    }),
  ];
}

function stateEntries(model: Model, host: ModelHost, kept: 'alone' | 'watched'): readonly TmpfilesEntry[] {
  switch (host.kind) {
    case 'balancer':
      return [
        directory(hostPaths.run, 'What is true until the next boot.'),
        stateFile(
          hostPaths.nginxVerdict,
          '1',
          'Born "down": until NGINX says that it runs, this balancer holds no VIP. A missing file would mean "up".',
        ),
        stateFile(
          hostPaths.nginxAnswers,
          '0',
          'Born "answers": an NGINX that does not run is told by the file above, and only a hung one by this.',
        ),
        stateFile(hostPaths.blind, '0', 'Born "sees backends": only a running agent says that it sees none.'),
        stateFile(isolatePath, '0', 'Born "in touch": only a running agent says that this balancer is cut off.'),
        ...vipsOf(model, host).map(({ vip }) =>
          stateFile(yieldPath(vip.name), '0', `Born "takes part": only a running agent leaves ${vip.name} to another.`),
        ),
        stateFile(
          hostPaths.settling,
          kept === 'watched' ? '1' : '0',
          kept === 'watched'
            ? 'Born "just returned": it takes a VIP only when nobody else can, until the agent has seen it well.'
            : 'Nobody here says when it has been well for long enough: keepalived waits a while instead.',
        ),
        {
          ...directory(
            poolsSocketFolder,
            'Who may enter here may tell NGINX of its backends: its socket has mode 0666.',
          ),
          mode: 0o750,
        },
        directory(hostPaths.state, 'What outlives a boot.'),
        stateFile(
          hostPaths.drain,
          '0',
          'A drained balancer stays drained after a boot: the file is only made if missing.',
        ),
        ...vipsOf(model, host).map(({ vip }) =>
          stateFile(claimFile(vip.name), '0', `Says whether a person moved ${vip.name} to this balancer.`),
        ),
      ];
    case 'nameserver':
      return [directory(hostPaths.state, 'What outlives a boot.'), directory(hostPaths.zones, 'Zones as files.')];
    case 'web':
      return [];
  }
}

function directory(path: string, note: string): TmpfilesEntry {
  return { kind: 'directory', path, mode: 0o755, user: 'root', group: 'root', content: '', note };
}

function stateFile(path: string, content: string, note: string): TmpfilesEntry {
  return { kind: 'file-if-missing', path, mode: 0o644, user: 'root', group: 'root', content, note };
}
