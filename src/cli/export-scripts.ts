import type { Release } from '../base/release.ts';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Fault } from '../base/fault.ts';
import { managedHosts, type Model } from '../model/model.ts';
import { exportHost } from '../render/export-host.ts';
import { exportTls } from '../render/export-tls.ts';
import { releasePlatforms } from '../render/platform.ts';
import { renderEdge } from '../render/render-edge.ts';
import type { CliContext } from './context.ts';

const tlsScript = 'tls.sh';

/** Writes HOST.sh for every managed host, and tls.sh. Returns their names. No certificate or key is in them. */
export async function writeScripts(
  context: Pick<CliContext, 'cwd' | 'now'>,
  model: Model,
  request: { readonly directory: string; readonly release: Release },
): Promise<readonly string[]> {
  const machines = managedHosts(model);
  const placeholder = { chainPem: '', keyPem: '' };
  const day = context.now().toISOString().slice(0, 10).replaceAll('-', '');
  const desired = renderEdge({
    model,
    platforms: new Map(machines.map((machine) => [machine.name, releasePlatforms[request.release]])),
    certificates: new Map(model.sites.map((site) => [site.name, placeholder])),
    ticketKeys: [new Uint8Array(80), new Uint8Array(80), new Uint8Array(80)],
    agent: undefined,
    witnessKey: new Uint8Array(32),
    zoneSerials: new Map(model.zones.map((zone) => [zone.name, Number(`${day}00`)])),
  });
  const scripts = machines.flatMap((machine) => {
    const host = desired.find((candidate) => candidate.host === machine.name);
    return host === undefined ? [] : [{ name: `${machine.name}.sh`, text: exportHost(machine, host) }];
  });
  if (scripts.some((script) => script.name === tlsScript)) {
    throw new Fault({
      code: 'file-in-the-way',
      message: `the script of the host tls would be ${tlsScript}, which makes the certificates`,
      state: 'nothing was written',
      next: 'give the host another name in the edge file',
    });
  }
  const all = [...scripts, { name: tlsScript, text: exportTls(model) }];
  const directory = resolve(context.cwd, request.directory);
  await mkdir(directory, { recursive: true });
  for (const script of all) await writeFile(join(directory, script.name), script.text, { mode: 0o755 });
  return all.map((script) => script.name);
}
