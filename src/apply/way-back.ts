import { isObject, numberAt, objectsOf, parseJson, textAt } from '../facts/fields.ts';
import type { Manifest } from '../facts/host-facts.ts';
import { parseManifest, printManifest, stateDirectory } from '../facts/manifest.ts';
import { Fault } from '../base/fault.ts';
import type { FileState, FileWrite, Host } from '../hosts/host.ts';

/** What a generation replaced: enough to return to what was there before it. */
export interface WayBack {
  readonly generation: string;
  /** The manifest before it; undefined on a host that had none. */
  readonly manifest: Manifest | undefined;
  /** Every path it touched, as it was. */
  readonly files: readonly OldFile[];
}

/** A file as it was before a generation. */
export type OldFile = { readonly kind: 'absent'; readonly path: string } | ({ readonly kind: 'file' } & FileWrite);

/** Where a generation keeps what it replaced. */
export function generationDirectory(generation: string): string {
  return `${stateDirectory}/generations/${generation}`;
}

/** Where the bytes of a file from before evenkeel are kept: generation 0. */
export function originalPath(path: string): string {
  return `${generationDirectory('0')}/files${path}`;
}

/** The files that record a way back: old bytes (0600, root) and an index. */
export function wayBackFiles(wayBack: WayBack): readonly FileWrite[] {
  const directory = generationDirectory(wayBack.generation);
  const kept = wayBack.files.filter((file) => file.kind === 'file');
  const index = {
    version: 1,
    generation: wayBack.generation,
    manifest: wayBack.manifest === undefined ? '' : printManifest(wayBack.manifest),
    files: wayBack.files.map((file) =>
      file.kind === 'absent'
        ? { kind: file.kind, path: file.path }
        : { kind: file.kind, path: file.path, mode: file.mode, owner: file.owner },
    ),
  };
  return [
    ...kept.map((file) => privateFile(`${directory}/files${file.path}`, file.bytes)),
    privateFile(`${directory}/index.json`, new TextEncoder().encode(`${JSON.stringify(index, undefined, 1)}\n`)),
  ];
}

/** A file that only root may read. */
export function privateFile(path: string, bytes: Uint8Array): FileWrite {
  return { path, mode: 0o600, owner: 'root:root', bytes };
}

/** Reads the way back of a generation from a host; undefined when it is not there in full. */
export async function readWayBack(host: Host, generation: string): Promise<WayBack | undefined> {
  const directory = generationDirectory(generation);
  const [index] = await host.read([`${directory}/index.json`]);
  if (index?.kind !== 'file') return undefined;
  const value = parseJson(new TextDecoder().decode(index.bytes));
  if (!isObject(value)) return undefined;
  const manifest = parseManifest(textAt(value, 'manifest'));
  if (!manifest.ok) return undefined;
  const entries = objectsOf(value['files']);
  const kept = entries.filter((entry) => textAt(entry, 'kind') === 'file');
  const states = await host.read(kept.map((entry) => `${directory}/files${textAt(entry, 'path')}`));
  if (states.some((state) => state.kind !== 'file')) return undefined;
  const bytes = new Map(
    states.flatMap((state, index) =>
      state.kind === 'file' ? [[textAt(kept[index] ?? {}, 'path'), state.bytes] as const] : [],
    ),
  );
  const files = entries.map((entry): OldFile => {
    const path = textAt(entry, 'path');
    const found = bytes.get(path);
    if (found === undefined) return { kind: 'absent', path };
    return { kind: 'file', path, mode: numberAt(entry, 'mode'), owner: textAt(entry, 'owner'), bytes: found };
  });
  return { generation, manifest: manifest.value, files };
}

/** A file's state as something to return to. A link or a directory can't be put back, so it is refused. */
export function oldFile(host: string, state: FileState): OldFile {
  if (state.kind === 'absent' || state.kind === 'file') return state;
  throw new Fault({
    code: 'file-in-the-way',
    message: `${state.path} on ${host} must be a file and is a link, a directory or something else`,
    host,
    state: `nothing was changed on ${host}`,
    next: `Move ${state.path} on ${host} away`,
  });
}
