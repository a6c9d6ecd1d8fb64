import type { FileFacts, HostFacts, ManifestFile } from '../facts/host-facts.ts';
import { agentProgramPath } from '../model/agent-paths.ts';
import type { DesiredFile } from '../render/desired-file.ts';
import { isActivation } from './activation.ts';
import type { FileChange, FileMark } from './plan.ts';
import { textDiff } from './text-diff.ts';

/** The files evenkeel put on a host, as far as it knows: those of the manifest and of an apply that never ended. */
export function ownFiles(facts: HostFacts): ReadonlyMap<string, ManifestFile> {
  const unfinished = facts.manifest?.unfinished?.files ?? [];
  const files = [...(facts.manifest?.files ?? []), ...unfinished];
  return new Map(files.map((file) => [file.path, file]));
}

/**
 * What has to happen to files.
 *
 * | desired | on the host        | ours | change                                        |
 * |---------|--------------------|------|-----------------------------------------------|
 * | yes     | absent             | -    | create                                        |
 * | yes     | same               | yes  | none                                          |
 * | yes     | same               | no   | adopt (the manifest learns of it)             |
 * | yes     | other              | yes  | update                                        |
 * | yes     | other              | no   | update, the original is kept                  |
 * | no      | absent             | yes  | remove (only the manifest forgets it)         |
 * | no      | there, no original | yes  | remove                                        |
 * | no      | there, an original | yes  | restore                                       |
 */
export function fileChanges(desired: readonly DesiredFile[], facts: HostFacts): readonly FileChange[] {
  const own = ownFiles(facts);
  const wanted = new Set(desired.map((file) => file.path));
  const originals = new Set((facts.manifest?.originals ?? []).map((original) => original.path));
  const changes = desired.flatMap((file) => desiredChange(file, facts, own.get(file.path)));
  for (const file of own.values()) {
    if (wanted.has(file.path)) continue;
    const before = markOf(facts.files.get(file.path));
    changes.push({
      kind: 'file',
      verb: originals.has(file.path) ? 'restore' : 'remove',
      path: file.path,
      activates: isActivation(file.activates) ? file.activates : 'none',
      visibility: 'public',
      why: originals.has(file.path) ? 'no longer wanted; what was there before returns' : 'no longer wanted',
      before,
      after: undefined,
      foreign: false,
      drifted: before !== undefined && before.hash !== file.hash,
      diff: '',
    });
  }
  return changes.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function desiredChange(file: DesiredFile, facts: HostFacts, own: ManifestFile | undefined): readonly FileChange[] {
  const found = facts.files.get(file.path);
  const before = markOf(found);
  const after: FileMark = { mode: file.mode, owner: file.owner, hash: file.hash };
  const same = before !== undefined && before.hash === after.hash && sameAccess(before, after);
  if (same && own !== undefined && facts.manifest?.files.some((known) => sameRecord(known, file)) === true) return [];
  const change = {
    kind: 'file' as const,
    path: file.path,
    activates: file.activates,
    visibility: file.visibility,
    why: file.why,
    before,
    after,
    foreign: before !== undefined && own === undefined,
    drifted: before !== undefined && own !== undefined && before.hash !== own.hash && before.hash !== after.hash,
  };
  if (same) return [{ ...change, verb: 'adopt', diff: '' }];
  if (found?.kind !== 'file') return [{ ...change, verb: 'create', diff: '' }];
  return [{ ...change, verb: 'update', diff: mayShow(file, change) ? textDiff(found.bytes, file.bytes) : '' }];
}

/**
 * Our secrets are never shown; nor is what somebody else kept from other users of the host: a pdns.conf from before
 * evenkeel may hold the password of a database, and plans end in logs. Nobody reads the agent's program line by line either.
 */
function mayShow(
  file: DesiredFile,
  change: { readonly before: FileMark | undefined; readonly foreign: boolean },
): boolean {
  const isPrivate = ((change.before?.mode ?? 0) & 0o004) === 0;
  return file.visibility === 'public' && file.path !== agentProgramPath && !(change.foreign && isPrivate);
}

function sameRecord(known: ManifestFile, file: DesiredFile): boolean {
  return known.path === file.path && known.hash === file.hash && known.activates === file.activates;
}

function sameAccess(a: FileMark, b: FileMark): boolean {
  return a.mode === b.mode && a.owner === b.owner;
}

function markOf(file: FileFacts | undefined): FileMark | undefined {
  return file?.kind === 'file' ? { mode: file.mode, owner: file.owner, hash: file.hash } : undefined;
}
