import { describe, expect, test } from 'vitest';
import { bareFacts, smallModel } from '../../test/kit/small-edge.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import type { FileFacts, HostFacts } from '../facts/host-facts.ts';
import { vrrpPeers } from '../facts/vrrp-peers.ts';
import { assertNobodyLeft } from './left-balancers.ts';

const [first] = smallModel.balancers;
const other = smallModel.balancers[1]?.addresses[0].text ?? '';
const gone = '10.99.0.13';

/** A balancer that was applied with these peers. */
function balancer(...peers: readonly string[]): HostFacts {
  const lines = peers.map((peer) => `        ${peer} min_ttl 255 max_ttl 255\n`).join('');
  const text = `vrrp_instance vip1 {\n    unicast_peer {\n${lines}    }\n}\n# unicast_peer { 10.0.0.1 }\n`;
  const bytes = new TextEncoder().encode(text);
  const facts = bareFacts(first?.name ?? '');
  const file: FileFacts = {
    kind: 'file',
    mode: 0o644,
    owner: 'root:root',
    hash: '',
    bytes,
  };
  const edge = smallModel.name;
  return {
    ...facts,
    manifest: { version: 1, edge, generation: 'g', files: [], originals: [], unfinished: undefined },
    files: new Map([['/etc/keepalived/keepalived.conf', file]]),
  };
}

/** Runs the check; curl ends with this exit code. */
async function check(facts: HostFacts, exitCode: number): Promise<unknown> {
  const host = memoryHost({ name: facts.host, respond: () => ({ exitCode, stdout: '', stderr: '' }) });
  return assertNobodyLeft(smallModel, [facts], new Map([[facts.host, host]])).then(
    () => host.operations.length,
    (error: unknown) => error,
  );
}

describe('a balancer that is no longer in the edge file', () => {
  test('is known to its old peers', () => {
    expect(vrrpPeers(balancer(other, gone))).toEqual([gone, other].sort());
    expect(vrrpPeers(bareFacts('lb1'))).toEqual([]);
  });

  test.each([0, 52, 56])('is refused while its NGINX answers (curl ends with %d)', async (exitCode) => {
    expect(await check(balancer(other, gone), exitCode)).toMatchObject({
      details: {
        code: 'balancer-left',
        message: expect.stringContaining(`${gone} is no longer a balancer`),
        state: 'nothing was changed',
        next: `on ${gone}: systemctl disable --now keepalived nginx; then try again`,
      },
    });
  });

  test.each([7, 28])('may go when nothing answers there (curl ends with %d)', async (exitCode) => {
    expect(await check(balancer(other, gone), exitCode)).toBe(1);
  });

  test('is nobody when all peers are in the file, or the address lives on a machine of the edge: nobody is asked', async () => {
    expect(await check(balancer(other), 0)).toBe(0);
    const link = { name: 'eth1', mac: '', up: true, mtu: 1500, addresses: [{ address: gone, prefix: 24 }] };
    expect(await check({ ...balancer(gone), interfaces: [link] }, 0)).toBe(0);
  });

  test('is no business of ours where another edge’s configuration lies', async () => {
    expect(await check({ ...balancer(gone), manifest: undefined }, 0)).toBe(0);
  });
});
