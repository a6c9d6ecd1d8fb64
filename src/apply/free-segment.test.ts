import { describe, expect, test } from 'vitest';
import { bareFacts, smallModel } from '../../test/kit/small-edge.ts';
import type { HostFacts } from '../facts/host-facts.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import { assertFreeSegment } from './free-segment.ts';

const mac = (last: string): string => `02:00:00:00:00:${last}`;

/** A balancer as it is before evenkeel. */
function untouched(host: string, address: string, last: string): HostFacts {
  const link = { name: 'eth0', mac: mac(last), up: true, mtu: 1500, addresses: [{ address, prefix: 24 }] };
  return { ...bareFacts(host), manifest: undefined, interfaces: [link] };
}

const facts = [untouched('lb1', '192.168.10.11', '11'), untouched('lb2', '192.168.10.12', '12')];

interface Seen {
  readonly speakers?: string;
  readonly neighbours?: readonly {
    readonly dst: string;
    readonly lladdr?: string;
    readonly state: readonly string[];
  }[];
  readonly facts?: readonly HostFacts[];
}

/** What the check says when both balancers see this; undefined: nothing is in the way. */
async function check({ speakers = '', neighbours = [], facts: of = facts }: Seen) {
  const stdout = `\n@@evenkeel speakers\n${speakers}\n@@evenkeel neighbours\n${JSON.stringify(neighbours)}\n@@evenkeel end\n`;
  const hosts = of.map(({ host }) => memoryHost({ name: host, respond: () => ({ exitCode: 0, stdout, stderr: '' }) }));
  const said: unknown = await assertFreeSegment(smallModel, of, new Map(hosts.map((host) => [host.name, host]))).then(
    () => undefined,
    (error: unknown) => error,
  );
  return { said, asked: hosts.map(({ operations }) => operations.length) };
}

describe('before an edge comes to a network', () => {
  test('an address that another machine has is refused, and says which machine', async () => {
    const { said } = await check({ neighbours: [{ dst: '192.168.10.100', lladdr: mac('66'), state: ['REACHABLE'] }] });
    expect(said).toMatchObject({
      details: {
        code: 'address-taken',
        host: 'lb1',
        message: `192.168.10.100, the address of vip1, belongs to another machine already: ${mac('66')} answers for it, as lb1 sees`,
        state: 'nothing was changed',
      },
    });
  });

  test('a number that another router speaks with is refused', async () => {
    const [, vip] = smallModel.vips;
    const { said } = await check({ speakers: `192.168.10.66 ${vip?.vrid}\n` });
    expect(said).toMatchObject({
      details: { code: 'vrid-taken', message: expect.stringContaining('192.168.10.66 speaks VRRP') },
    });
  });

  test('what the balancers themselves hold and say is no obstacle: an older pair is taken over', async () => {
    const neighbours = [
      { dst: '192.168.10.100', lladdr: mac('12'), state: ['REACHABLE'] },
      { dst: '192.168.10.200', state: ['FAILED'] },
    ];
    const vrid = smallModel.vips[0]?.vrid ?? 0;
    expect((await check({ speakers: `192.168.10.12 ${vrid}\n192.168.10.66 250\n`, neighbours })).said).toBeUndefined();
  });

  test('balancers that evenkeel has touched are not asked: their agents watch', async () => {
    const manifest = {
      version: 1,
      edge: 'devops',
      generation: 'g',
      files: [],
      originals: [],
      unfinished: undefined,
    } as const;
    const known = facts.map((one, index) => (index === 0 ? { ...one, manifest } : one));
    expect((await check({ facts: known })).asked).toEqual([0, 1]);
  });
});
