import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { HoldingRow, Topology } from '../src/report/edge-view.ts';
import { type Area, layOut, type Layout } from './picture-layout.ts';

interface Size {
  readonly balancers: number;
  readonly nameservers: number;
  readonly servers: number;
  readonly vips: number;
}

function edge({ balancers, nameservers, servers, vips }: Size): Topology {
  const hosts = (kind: Topology['hosts'][number]['kind'], prefix: string, count: number): Topology['hosts'] =>
    Array.from({ length: count }, (_, index) => ({
      name: `${prefix}${index + 1}`,
      kind,
      addresses: [`192.0.2.${index + 1}`],
      managed: true,
    }));
  const own = hosts('balancer', 'lb', balancers).map(({ name }) => name);
  return {
    edge: 'test',
    place: 'lab',
    failover: 'fast',
    hosts: [
      ...hosts('nameserver', 'dns', nameservers),
      ...hosts('balancer', 'lb', balancers),
      ...hosts('web', 'web', servers),
    ],
    vips: Array.from({ length: vips }, (_, index) => ({
      name: `vip${index + 1}`,
      addresses: [`198.51.100.${index + 1}`],
      balancers: [...own.slice(index % own.length), ...own.slice(0, index % own.length)],
    })),
    pools: [],
    sites: [],
  };
}

function held(
  topology: Topology,
  holders: (vip: string, preferred: string) => readonly string[],
): readonly HoldingRow[] {
  return topology.vips.map(({ name, addresses, balancers }) => ({
    key: name,
    addresses,
    preferred: balancers[0] ?? '',
    holders: holders(name, balancers[0] ?? ''),
    silent: [],
    since: '2026-11-29T12:00:00.000Z',
  }));
}

const small = edge({ balancers: 2, nameservers: 2, servers: 2, vips: 2 });
const sizes = fc.record({
  balancers: fc.integer({ min: 1, max: 12 }),
  nameservers: fc.integer({ min: 0, max: 4 }),
  servers: fc.integer({ min: 0, max: 100 }),
  vips: fc.integer({ min: 0, max: 64 }),
});

function inside(inner: Area, outer: Area): boolean {
  const slack = 0.01;
  return (
    inner.x >= outer.x - slack &&
    inner.y >= outer.y - slack &&
    inner.x + inner.width <= outer.x + outer.width + slack &&
    inner.y + inner.height <= outer.y + outer.height + slack
  );
}

function meet(a: Area, b: Area): boolean {
  const slack = 0.01;
  return (
    a.x + slack < b.x + b.width &&
    b.x + slack < a.x + a.width &&
    a.y + slack < b.y + b.height &&
    b.y + slack < a.y + a.height
  );
}

function meetings(areas: readonly Area[]): number {
  return areas.flatMap((a, index) => areas.slice(index + 1).filter((b) => meet(a, b))).length;
}

describe('the places of the picture', () => {
  test('whatever the size and the screen, nothing overlaps and nothing sticks out', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 15, max: 160 }), fc.nat(), (size, width, seed) => {
        const topology = edge(size);
        const holders = held(
          topology,
          (_, preferred) => [[preferred], [], ['lb1'], ['lb1', preferred]][seed % 4] ?? [],
        );
        const layout = layOut(topology, holders, width);
        expect(meetings(layout.panels)).toBe(0);
        expect(meetings(layout.cards)).toBe(0);
        expect(meetings(layout.chips)).toBe(0);
        const sheet = { x: 0, y: 0, width, height: layout.height };
        expect(layout.panels.every((panel) => inside(panel, sheet))).toBe(true);
        for (const card of layout.cards) {
          const panel = layout.panels.find(({ kind }) => kind === card.kind);
          expect(panel !== undefined && inside(card, panel)).toBe(true);
        }
        for (const chip of layout.chips.filter(({ holder }) => holder !== undefined)) {
          const card = layout.cards.find(({ name }) => name === chip.holder);
          expect(card !== undefined && inside(chip, card)).toBe(true);
        }
        expect(layout.cards).toHaveLength(topology.hosts.length);
      }),
      { numRuns: 60 },
    );
  });

  test('no two chips share a key, and what is not drawn is counted', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 15, max: 160 }), (size, width) => {
        const topology = edge(size);
        const layout = layOut(
          topology,
          held(topology, () => ['lb1']),
          width,
        );
        expect(new Set(layout.chips.map(({ key }) => key)).size).toBe(layout.chips.length);
        expect(layout.chips.length + (layout.hidden.get('lb1') ?? 0)).toBe(size.vips);
      }),
      { numRuns: 40 },
    );
  });

  test('a phone goes down, a desk across', () => {
    const ys = (layout: Layout): readonly string[] =>
      layout.panels.toSorted((a, b) => a.y - b.y || a.x - b.x).map(({ kind }) => kind);
    expect([layOut(small, [], 18).direction, layOut(small, [], 80).direction]).toEqual(['down', 'across']);
    expect(ys(layOut(small, [], 18))).toEqual(['nameserver', 'client', 'balancer', 'web']);
  });

  test.each([
    [['lb1'], 'good'],
    [['lb2'], 'warn'],
    [['lb1', 'lb2'], 'bad'],
    [[], 'bad'],
  ])('vip1 held by %j is %s', (holders, tone) => {
    const layout = layOut(
      small,
      held(small, (vip, preferred) => (vip === 'vip1' ? holders : [preferred])),
      80,
    );
    const chips = layout.chips.filter(({ vip }) => vip === 'vip1');
    expect(chips.map((chip) => chip.tone)).toEqual(Array.from({ length: Math.max(1, holders.length) }, () => tone));
    expect(chips.map(({ holder }) => holder ?? 'nobody')).toEqual(holders.length === 0 ? ['nobody'] : holders);
  });

  test('a VIP whose holder is silent is not known to be there, and is no sign of health', () => {
    const holdings = held(small, (_, preferred) => [preferred]).map((row) =>
      row.key === 'vip1' ? { ...row, silent: row.holders } : row,
    );
    const chips = layOut(small, holdings, 80).chips.map(({ vip, tone }) => [vip, tone]);
    expect(chips.toSorted()).toEqual([
      ['vip1', 'unknown'],
      ['vip2', 'good'],
    ]);
  });

  test('a VIP that moves keeps its key, so that it is seen to go', () => {
    const before = layOut(
      small,
      held(small, (_, preferred) => [preferred]),
      80,
    );
    const after = layOut(
      small,
      held(small, () => ['lb2']),
      80,
    );
    const [a, b] = [before, after].map(({ chips }) => chips.find(({ key }) => key === 'vip1'));
    expect([a?.holder, b?.holder]).toEqual(['lb1', 'lb2']);
    expect(a?.y).not.toBe(b?.y);
  });

  test('a hundred hosts fit on a screen and a half', () => {
    const large = edge({ balancers: 10, nameservers: 4, servers: 86, vips: 64 });
    const layout = layOut(
      large,
      held(large, (_, preferred) => [preferred]),
      84,
    );
    expect(layout.height).toBeLessThan(84);
    expect(layout.cards.filter(({ size }) => size === 'cell')).toHaveLength(86);
    expect(layout.hidden.size).toBe(0);
  });
});
