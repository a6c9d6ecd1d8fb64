import { Fault } from '../base/fault.ts';
import type { Manifest } from '../facts/host-facts.ts';
import { manifestPath, parseManifest, printManifest } from '../facts/manifest.ts';
import type { FileWrite, Host } from '../hosts/host.ts';
import { privateFile } from './way-back.ts';

/** The manifest of a host as it is now. Throws `file-unreadable` for one that is not understood. */
export async function readOwnManifest(host: Host): Promise<Manifest | undefined> {
  const [state] = await host.read([manifestPath]);
  if (state?.kind !== 'file') return undefined;
  const manifest = parseManifest(new TextDecoder().decode(state.bytes));
  if (manifest.ok) return manifest.value;
  throw new Fault({
    code: 'file-unreadable',
    message: `on ${host.name} ${manifest.error}`,
    host: host.name,
    state: `nothing was changed on ${host.name}`,
  });
}

/** The manifest as a file: only root reads it. */
export function manifestFile(manifest: Manifest): FileWrite {
  return privateFile(manifestPath, new TextEncoder().encode(printManifest(manifest)));
}
