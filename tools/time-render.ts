// Renders an edge file in memory and reports the time of rendering alone, for both balancers and all other hosts.
import { readFileSync, writeFileSync } from 'node:fs';
import { managedHosts } from '../src/model/model.ts';
import { resolveModel } from '../src/model/resolve-model.ts';
import { releasePlatforms } from '../src/render/platform.ts';
import { renderEdge } from '../src/render/render-edge.ts';
import { readEdgeFile } from '../src/spec/read-edge-file.ts';

const [file = '', report = ''] = process.argv.slice(2);
const read = readEdgeFile({ file, text: readFileSync(file, 'utf8') });
if (!read.ok) throw new Error('the file is wrong');
const resolved = resolveModel(read.value, { certificates: new Map() });
if (!resolved.ok) throw new Error('the model is wrong');
const { model } = resolved.value;
const certificate = { chainPem: 'chain\n'.repeat(300), keyPem: 'key\n'.repeat(60) };
const input = {
  model,
  platforms: new Map(managedHosts(model).map((host) => [host.name, releasePlatforms.debian13])),
  certificates: new Map(model.sites.map((site) => [site.name, certificate])),
  ticketKeys: [new Uint8Array(80), new Uint8Array(80), new Uint8Array(80)],
  witnessKey: new Uint8Array(32),
  zoneSerials: new Map(model.zones.map((zone) => [zone.name, 2026112200])),
  agent: undefined,
} as const;
const started = performance.now();
const desired = renderEdge(input);
const ms = performance.now() - started;
const files = desired.reduce((sum, host) => sum + host.files.length, 0);
const peakMib = process.resourceUsage().maxRSS / 1024;
writeFileSync(report, JSON.stringify({ ms, files, peakMib }));
