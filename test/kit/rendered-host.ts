import type { Model } from '../../src/model/model.ts';
import type { DesiredFile, DesiredHost } from '../../src/render/desired-file.ts';
import type { Release } from '../../src/base/release.ts';
import { renderEdge } from '../../src/render/render-edge.ts';
import { renderInputOf } from './render-input.ts';

/** One host as it is rendered for a release. */
export function renderedHost(model: Model, release: Release, name: string): DesiredHost {
  const found = renderEdge(renderInputOf(model, release)).find((host) => host.host === name);
  if (found === undefined) throw new Error(`no host ${name}`);
  return found;
}

/** The file at this path. */
export function fileAt(host: DesiredHost, path: string): DesiredFile {
  const found = host.files.find((file) => file.path === path);
  if (found === undefined) throw new Error(`${host.host} has no ${path}`);
  return found;
}

/** The text of the file at this path. */
export function textAt(host: DesiredHost, path: string): string {
  return new TextDecoder().decode(fileAt(host, path).bytes);
}

/** The same file with other text. */
export function withText(file: DesiredFile, text: string): DesiredFile {
  return { ...file, bytes: new TextEncoder().encode(text) };
}
