import { describe, expect, test } from 'vitest';
import type { Event } from '../base/event.ts';
import { ignoreEvents } from '../base/event.ts';
import type { StatusFacts } from '../facts/status-facts.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { statusWorld } from '../../test/kit/status-world.ts';
import type { WorldFaults } from '../../test/kit/status-world.ts';
import { ask } from './status-ask.ts';
import { observeStatus } from './status-observe.ts';

const now = (): Date => new Date('2026-11-22T09:00:00Z');
const model = exampleModel();

async function observe(faults: WorldFaults, edge = model): Promise<StatusFacts> {
  return observeStatus({ model: edge, ...statusWorld(edge, faults), now, emit: ignoreEvents });
}

describe('a healthy edge', () => {
  test('everything is asked: units, holders, MACs, backends, names, sites', async () => {
    const facts = await observe({});
    expect(facts.observer).toBe('client');
    expect(facts.hosts.map(({ host, reachable }) => [host, reachable])).toEqual(
      ['lb1', 'lb2', 'dns1', 'dns2', 'web1', 'web2'].map((host) => [host, true]),
    );
    expect(facts.hosts[0]?.addresses).toEqual(['192.168.10.11', '192.168.10.100']);
    expect(facts.sightings.map(({ address, method, macs }) => [address, method, macs.length])).toEqual([
      ['192.168.10.100', 'arping', 1],
      ['192.168.10.200', 'arping', 1],
    ]);
    expect(facts.backends).toHaveLength(4);
    expect(facts.backends.every((check) => check.up)).toBe(true);
    expect(facts.nameservers.map(({ host, askedFrom, serials }) => [host, askedFrom, serials[0]?.serial])).toEqual([
      ['dns1', 'client', 2026112201],
      ['dns2', 'client', 2026112201],
    ]);
    // One site through two VIPs, and on each balancer by itself.
    expect(facts.sites.map(({ target, askedFrom }) => [target, askedFrom])).toEqual([
      ['vip1', 'client'],
      ['vip2', 'client'],
      ['lb1', 'lb1'],
      ['lb2', 'lb2'],
    ]);
  });

  test('IPv6: the neighbour table tells who answers, the names have AAAA, a wildcard is asked below itself', async () => {
    const facts = await observe({}, dualStackModel());
    expect(facts.sightings.map(({ method }) => method)).toEqual([
      'arping',
      'neighbour',
      'arping',
      'neighbour',
      'arping',
      'neighbour',
    ]);
    expect(facts.nameservers[0]?.names.map(({ name, type }) => `${name} ${type}`)).toEqual(
      expect.arrayContaining(['example.com AAAA', 'evenkeel-status.app.example.com A']),
    );
    expect(facts.hosts.map(({ host }) => host)).not.toContain('legacy');
  });

  test('progress is told, and nothing but reading commands is run', async () => {
    const events: Event[] = [];
    const world = statusWorld(model);
    await observeStatus({ model, ...world, now, emit: (event) => events.push(event) });
    expect(events.map(({ code }) => code)).toEqual(['task-started', 'task-done']);
    const machines = [...world.hosts.values(), world.client];
    expect(machines.flatMap(({ operations }) => operations.filter(({ kind }) => !kind.startsWith('run')))).toEqual([]);
    const programs = machines.flatMap((machine) =>
      machine.commands().map(([program, second]) => `${program} ${second ?? ''}`),
    );
    expect([...new Set(programs.map((text) => text.replace(/@.*/, '@SERVER')))].toSorted()).toEqual([
      'arping -b',
      'cat /run/evenkeel/answers',
      'cat /run/evenkeel/settling',
      'cat /var/lib/evenkeel/drain',
      'cat /var/lib/evenkeel/drained-backends.json',
      'curl --disable',
      'dig @SERVER',
      'grep -sH',
      'ip -j',
      'journalctl --unit=keepalived.service',
      'nft list',
      'perl -e',
      'systemctl show',
      'which arping',
    ]);
  });
});

describe('hosts that do not answer', () => {
  test.each([['lb1'], ['dns1'], ['web2'], ['lb1', 'lb2', 'dns1', 'dns2', 'web1', 'web2']])('%s', async (...silent) => {
    const facts = await observe({ silent });
    const missing = facts.hosts.filter((host) => !host.reachable);
    expect(missing.map(({ host }) => host).toSorted()).toEqual(silent.toSorted());
    expect(missing.every(({ reason }) => reason.includes('the connection to'))).toBe(true);
  });

  test('a host for which no connection was opened is told as such', async () => {
    const { client } = statusWorld(model);
    const facts = await observeStatus({ model, hosts: new Map(), client, now, emit: ignoreEvents });
    expect(facts.hosts[0]).toMatchObject({ host: 'lb1', reachable: false, reason: 'no connection to it was opened' });
  });

  test('a dead client: a nameserver stands for it', async () => {
    const facts = await observe({ silent: ['client'] });
    expect(facts.observer).toBe('dns1');
    expect(facts.nameservers.map(({ host, askedFrom }) => [host, askedFrom])).toEqual([
      ['dns1', 'dns2'],
      ['dns2', 'dns1'],
    ]);
  });

  test('a host that hangs is given up in time', async () => {
    const host = memoryHost({ name: 'lb1', respond: () => new Promise(() => undefined) });
    const asked = await ask(host, { argv: ['true'], timeoutMs: 20 });
    expect(asked).toEqual({ kind: 'silent', reason: 'true on lb1 did not end within 20 ms and was given up' });
  });

  test('a bug is not taken for a silent host', async () => {
    const host = memoryHost({ name: 'lb1' });
    await host.close();
    await expect(ask(host, { argv: ['true'] })).rejects.toThrow(/after close/);
  });
});

describe('tools that are not there', () => {
  test('without arping the neighbour table is read', async () => {
    const facts = await observe({ missing: ['arping'] });
    expect(facts.sightings.map(({ method, macs }) => [method, macs.length])).toEqual([
      ['neighbour', 1],
      ['neighbour', 1],
    ]);
  });

  test('without dig and curl it says what is missing', async () => {
    const facts = await observe({ missing: ['dig', 'curl'] });
    expect(facts.nameservers[0]).toMatchObject({ answering: false, reason: expect.stringContaining('bind9-dnsutils') });
    expect(facts.backends[0]?.reason).toBe('could not be checked from lb1: curl is not installed');
  });
});

test('one backend refused from one balancer only', async () => {
  const facts = await observe({ refusing: ['lb2 192.168.10.31'] });
  expect(facts.backends.filter((check) => !check.up).map(({ balancer, name }) => [balancer, name])).toEqual([
    ['lb2', 'web1'],
  ]);
});

test('where hosts and network disagree both are asked again, so that a move in between is no split brain', async () => {
  const world = statusWorld(model);
  let arpings = 0;
  const moved = statusWorld(model, { answering: { '192.168.10.100': ['lb1', 'lb2'] } });
  const client = memoryHost({
    name: 'client',
    respond: async (command) => {
      if (command.argv[0] === 'arping') arpings += 1;
      return (arpings <= 2 ? moved : world).client.run(command);
    },
  });
  const facts = await observeStatus({ model, hosts: world.hosts, client, now, emit: ignoreEvents });
  expect(arpings).toBe(4);
  expect(facts.sightings[0]?.macs).toHaveLength(1);
});
