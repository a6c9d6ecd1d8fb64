import type { Manifest, ManifestFile, OriginalFile } from '../facts/host-facts.ts';
import type { HostPlan } from '../plan/plan.ts';
import type { DesiredHost } from '../render/desired-file.ts';
import type { OldFile } from './way-back.ts';

/** What a manifest is made from. */
export interface ManifestInput {
  readonly edge: string;
  readonly generation: string;
  readonly plan: HostPlan;
  readonly desired: DesiredHost;
  /** The manifest that is there. */
  readonly before: Manifest | undefined;
  /** Every path of the plan, as it is now. */
  readonly olds: readonly OldFile[];
}

/** The manifest while the host is being changed: what was true, and what is about to be written or removed. */
export function begunManifest(input: ManifestInput): Manifest {
  const { before, edge, generation, plan, desired } = input;
  const begun = new Map((before?.unfinished?.files ?? []).map((file) => [file.path, file]));
  const touched = new Set(plan.changes.flatMap((change) => (change.kind === 'file' ? [change.path] : [])));
  for (const file of desired.files) if (touched.has(file.path)) begun.set(file.path, record(file));
  for (const file of before?.files ?? []) if (plan.remove.includes(file.path)) begun.set(file.path, file);
  return {
    version: 1,
    edge,
    generation: before?.generation ?? '',
    files: before?.files ?? [],
    originals: sorted([...(before?.originals ?? []), ...newOriginals(input)]),
    unfinished: { generation, files: sorted([...begun.values()]) },
  };
}

/** The manifest of a host that was changed and verified. */
export function finishedManifest(input: ManifestInput): Manifest {
  const { edge, generation, plan, desired } = input;
  const originals = begunManifest(input).originals.filter((original) => !plan.restore.includes(original.path));
  return {
    version: 1,
    edge,
    generation,
    files: sorted(desired.files.map(record)),
    originals,
    unfinished: undefined,
  };
}

/** Files that are there, are not ours and will be overwritten or looked after: their bytes go to generation 0. */
export function newOriginals(input: ManifestInput): readonly OriginalFile[] {
  const own = new Set(
    [...(input.before?.files ?? []), ...(input.before?.unfinished?.files ?? [])].map((file) => file.path),
  );
  const kept = new Set((input.before?.originals ?? []).map((original) => original.path));
  const wanted = new Set(input.desired.files.map((file) => file.path));
  return input.olds.flatMap((old) =>
    old.kind === 'file' && wanted.has(old.path) && !own.has(old.path) && !kept.has(old.path)
      ? [{ path: old.path, mode: old.mode, owner: old.owner }]
      : [],
  );
}

function record(file: DesiredHost['files'][number]): ManifestFile {
  return { path: file.path, hash: file.hash, activates: file.activates };
}

function sorted<T extends { readonly path: string }>(files: readonly T[]): readonly T[] {
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
