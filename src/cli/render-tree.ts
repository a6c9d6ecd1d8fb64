import type { Release } from '../base/release.ts';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { managedHosts } from '../model/model.ts';
import type { DesiredFile } from '../render/desired-file.ts';
import { isTlsMaterial } from '../render/nginx-paths.ts';
import { releasePlatforms } from '../render/platform.ts';
import { renderEdge } from '../render/render-edge.ts';
import { openAgent } from './agent-delivery.ts';
import type { CliContext } from './context.ts';
import type { Edge } from './edge-file.ts';
import { type EdgeMaterial, openMaterial } from './edge-material.ts';

/** Where and what to write. */
export interface TreeRequest {
  readonly directory: string;
  readonly release: Release;
  readonly kind: 'everything' | 'without-secrets';
}

/** What was written. */
export interface WrittenTree {
  readonly hosts: number;
  readonly files: number;
  readonly leftOut: number;
}

/** Writes every rendered file as DIRECTORY/HOST/absolute/path. Existing files of the same names are replaced. */
export async function renderTree(context: CliContext, edge: Edge, request: TreeRequest): Promise<WrittenTree> {
  const { model } = edge;
  const withSecrets = request.kind === 'everything';
  const material = withSecrets ? await openMaterial(edge, context.now(), context.emit) : emptyMaterial(edge);
  const platform = releasePlatforms[request.release];
  const desired = renderEdge({
    model,
    platforms: new Map(managedHosts(model).map((host) => [host.name, platform])),
    certificates: material.certificates,
    ticketKeys: material.ticketKeys,
    agent: await openAgent(),
    witnessKey: material.witnessKey,
    zoneSerials: new Map(model.zones.map((zone) => [zone.name, 1])),
  });
  const files = desired.flatMap((host) => host.files);
  const kept = files.filter((file) => withSecrets || !isTlsMaterial(file.path));
  const base = resolve(context.cwd, request.directory);
  const directories = new Set(kept.map((file) => dirname(join(base, file.host, file.path))));
  for (const directory of directories) mkdirSync(directory, { recursive: true });
  // One after the other and without promises: for 20,000 small files that takes half the time.
  for (const file of kept) writeAt(join(base, file.host, file.path), file);
  return { hosts: desired.length, files: kept.length, leftOut: files.length - kept.length };
}

/** A file that is there keeps its mode when it is written, so that a secret always comes as a new one. */
function writeAt(path: string, file: DesiredFile): void {
  const isSecret = file.visibility === 'secret';
  if (isSecret) rmSync(path, { force: true });
  writeFileSync(path, file.bytes, { mode: file.mode & 0o755, flag: isSecret ? 'wx' : 'w' });
}

/** Stands in for certificates and keys that are rendered only to be left out. */
function emptyMaterial(edge: Edge): EdgeMaterial {
  const none = { chainPem: '', keyPem: '' };
  return {
    certificates: new Map(edge.model.sites.map((site) => [site.name, none])),
    ticketKeys: [new Uint8Array(80), new Uint8Array(80), new Uint8Array(80)],
    witnessKey: new Uint8Array(32),
    rootPem: undefined,
  };
}
