import { runtimePath } from '../../src/model/agent-paths.ts';
import { managedHosts } from '../../src/model/model.ts';
import type { Model } from '../../src/model/model.ts';
import { releasePlatforms } from '../../src/render/platform.ts';
import type { Release } from '../../src/base/release.ts';
import type { RenderInput } from '../../src/render/render-input.ts';

/** The SOA serial of every zone in tests. */
export const testSerial = 2026112201;

/** The Node.js of tests: bytes by architecture. */
export const testRuntimeSizes: ReadonlyMap<string, number> = new Map([
  ['amd64', 1000],
  ['arm64', 2000],
]);

/** What is rendered from a model when every host runs one release. Certificates and keys are placeholders. */
export function renderInputOf(model: Model, release: Release): RenderInput {
  const certificate = { chainPem: 'chain\n', keyPem: 'key\n' };
  return {
    model,
    platforms: new Map(managedHosts(model).map((host) => [host.name, releasePlatforms[release]])),
    certificates: new Map(model.sites.map((site) => [site.name, certificate])),
    ticketKeys: [new Uint8Array(80).fill(1), new Uint8Array(80).fill(2), new Uint8Array(80).fill(3)],
    agent: {
      program: new TextEncoder().encode('// the agent\n'),
      runtime: { path: runtimePath('24.0.0'), sizes: testRuntimeSizes },
    },
    witnessKey: new Uint8Array(32).fill(4),
    zoneSerials: new Map(model.zones.map((zone) => [zone.name, testSerial])),
  };
}
