import { failure, success } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { isObject, numberAt, objectsOf, parseJson, textAt } from './fields.ts';
import type { Manifest, ManifestFile, UnfinishedApply } from './host-facts.ts';

/** Where a host keeps what evenkeel knows about it. */
export const stateDirectory = '/var/lib/evenkeel';

/** The manifest's path on a host. */
export const manifestPath = `${stateDirectory}/manifest.json`;

/** Reads a manifest. The empty text is none; what is not understood is an error, in words, and never guessed at. */
export function parseManifest(text: string): Result<Manifest | undefined, string> {
  if (text.trim() === '') return success(undefined);
  const value = parseJson(text);
  if (!isObject(value)) return failure(`${manifestPath} is not JSON`);
  if (value['version'] !== 1) {
    return failure(`${manifestPath} has version ${String(value['version'])}; this evenkeel knows version 1`);
  }
  const unfinished = value['unfinished'];
  return success({
    version: 1,
    edge: textAt(value, 'edge'),
    generation: textAt(value, 'generation'),
    files: readFiles(value['files']),
    originals: objectsOf(value['originals']).map((original) => ({
      path: textAt(original, 'path'),
      mode: numberAt(original, 'mode'),
      owner: textAt(original, 'owner'),
    })),
    unfinished: isObject(unfinished) ? readUnfinished(unfinished) : undefined,
  });
}

/** Prints a manifest: the same manifest gives the same text. */
export function printManifest(manifest: Manifest): string {
  const { version, edge, generation, files, originals, unfinished } = manifest;
  return `${JSON.stringify({ version, edge, generation, files, originals, unfinished }, undefined, 1)}\n`;
}

function readUnfinished(value: Readonly<Record<string, unknown>>): UnfinishedApply {
  return { generation: textAt(value, 'generation'), files: readFiles(value['files']) };
}

function readFiles(value: unknown): readonly ManifestFile[] {
  return objectsOf(value).map((file) => ({
    path: textAt(file, 'path'),
    hash: textAt(file, 'hash'),
    activates: textAt(file, 'activates'),
  }));
}
