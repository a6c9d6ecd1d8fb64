import { readFileSync } from 'node:fs';
import { expect, it, vi } from 'vitest';
import { inVrrpGroup } from './vrrp-group.ts';

/** Whether this computer is in 224.0.0.18 on some device; the kernel prints the address backwards. */
const isMember = (): boolean => readFileSync('/proc/net/igmp', 'utf8').includes('120000E0');
const patient = { timeout: 20_000, interval: 10 };

it('is a member of the group for as long as it runs', async () => {
  const log: string[] = [];
  const stop = new AbortController();
  const end = inVrrpGroup({ addresses: ['::1', '127.0.0.1'], log: (line) => log.push(line) }, stop.signal);
  await vi.waitFor(() => expect(isMember()).toBe(true), patient);
  stop.abort();
  await end;
  await vi.waitFor(() => expect(isMember()).toBe(false), patient);
  expect(log).toEqual([]);
});

it('says once what is in the way, and tries again', async () => {
  const log: string[] = [];
  const stop = new AbortController();
  // An address that no device of this computer has (RFC 5737).
  const end = inVrrpGroup({ addresses: ['192.0.2.77'], log: (line) => log.push(line) }, stop.signal);
  await vi.waitFor(() => expect(log).toHaveLength(1), patient);
  stop.abort();
  await end;
  expect(log[0]).toContain("other routers' adverts are not heard");
});
