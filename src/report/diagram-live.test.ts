import { describe, expect, test } from 'vitest';
import { ignoreEvents } from '../base/event.ts';
import { dualStackModel, exampleModel } from '../../test/kit/example-model.ts';
import { statusWorld, type WorldFaults } from '../../test/kit/status-world.ts';
import type { Model } from '../model/model.ts';
import { observeStatus } from '../observe/status-observe.ts';
import { diagramFlow, flowScene } from './diagram-flow.ts';
import { backendWord, balancerFlow, holderRow, hostWord, liveSubtitle, poolFlow } from './diagram-live.ts';
import { diagramPhysical, physicalScene } from './diagram-physical.ts';
import { type Area, type Scene, textArea } from './diagram-scene.ts';
import type { EdgeStatus } from './edge-status.ts';
import { judgeStatus } from './status-judge.ts';

const model = exampleModel();

async function statusOf(faults: WorldFaults, of: Model = model): Promise<EdgeStatus> {
  const now = (): Date => new Date(Date.UTC(2026, 10, 29, 12));
  return judgeStatus(of, await observeStatus({ model: of, ...statusWorld(of, faults), now, emit: ignoreEvents }));
}

function texts({ shapes }: Scene): readonly string[] {
  return shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.full ?? shape.text] : []));
}

describe('a host', () => {
  test.each([
    ['is up', {}, '✓ up', 'good'],
    ['does not answer', { silent: ['lb1'] }, '✕ SILENT', 'bad'],
    ['has a dead NGINX', { stopped: ['lb1 nginx.service'] }, '✕ DOWN', 'bad'],
    ['hangs', { hung: ['lb1'] }, '✕ DOWN', 'bad'],
    ['is drained', { drained: ['lb1'] }, '– drained', 'quiet'],
  ] as const)('%s', async (...[, faults, right, rightInk]) => {
    expect(hostWord('lb1', await statusOf(faults))).toEqual({ right, rightInk });
  });
});

describe('a VIP', () => {
  test.each([
    ['its balancer', {}, '✓ held by lb1'],
    ['another one', { silent: ['lb1'] }, '✓ held by lb2'],
    ['nobody', { holders: { '192.168.10.100': [] } }, '✕ held by NOBODY'],
    ['two', { holders: { '192.168.10.100': ['lb1', 'lb2'] } }, '✕ held by lb1 AND lb2'],
  ])('is held by %s', async (_, faults, words) => {
    expect(holderRow({ name: 'vip1' }, await statusOf(faults)).text).toBe(words);
  });
});

test('who can not see the drawing is told who holds a VIP now, not only who should', async () => {
  const status = await statusOf({ silent: ['lb1'] });
  for (const draw of [diagramPhysical, diagramFlow]) {
    expect(draw(model, { theme: 'light' })).toContain('vip1 192.168.10.100 is held by lb1, then lb2');
    expect(draw(model, { theme: 'light', status })).toContain(
      'vip1 192.168.10.100 is held by lb2 now, and should be by lb1, then lb2',
    );
  }
});

describe('a backend', () => {
  const [pool] = model.pools;
  const word = async (faults: WorldFaults): Promise<string | undefined> => {
    const backend = pool?.backends[0];
    if (pool === undefined || backend === undefined) throw new Error('the example has a pool');
    return backendWord(pool, backend, await statusOf(faults)).right;
  };

  test('is seen by all, by some, by nobody, or was not asked for', async () => {
    expect(await word({})).toBe('✓ up');
    expect(await word({ refusing: ['192.168.10.31'] })).toBe('✕ DOWN');
    expect(await word({ refusing: ['lb2 192.168.10.31'] })).toBe('✕ not from lb2');
    expect(await word({ silent: ['lb1', 'lb2'] })).toBe('? not asked');
  });

  test('a pool flows while one server of it is reached by anybody', async () => {
    const flow = async (refusing: readonly string[]): Promise<string> =>
      poolFlow({ name: pool?.name ?? '' }, await statusOf({ refusing }));
    expect(await flow(['192.168.10.31'])).toBe('flows');
    expect(await flow(['192.168.10.31', 'lb1 192.168.10.32'])).toBe('flows');
    expect(await flow(['192.168.10.31', '192.168.10.32'])).toBe('broken');
    expect(poolFlow({ name: 'web' }, await statusOf({ silent: ['lb1', 'lb2'] }))).toBe('unknown');
  });

  test('a balancer passes on what it can reach, if it works', async () => {
    expect(balancerFlow('lb1', await statusOf({}))).toBe('flows');
    expect(balancerFlow('lb1', await statusOf({ stopped: ['lb1 nginx.service'] }))).toBe('broken');
    const cut = await statusOf({ refusing: ['lb1 192.168.10.31', 'lb1 192.168.10.32'] });
    expect([balancerFlow('lb1', cut), balancerFlow('lb2', cut)]).toEqual(['broken', 'flows']);
  });
});

describe('the drawings', () => {
  test('say when they were made and what is wrong, in the picture and in its description', async () => {
    const well = await statusOf({});
    expect(liveSubtitle(well)).toBe('As of 2026-11-29 12:00:00 UTC: all is well');
    expect(texts(physicalScene(model, { theme: 'light', status: well }))).toContain(liveSubtitle(well));
    const bad = await statusOf({ refusing: ['192.168.10.31'], silent: ['dns2'] });
    expect(liveSubtitle(bad)).toMatch(/^As of 2026-11-29 12:00:00 UTC: \d problems?: .*dns2 does not answer/);
    for (const draw of [diagramFlow, diagramPhysical]) {
      const svg = draw(model, { theme: 'light', status: bad });
      expect(/<desc id="desc">([^<]*)/.exec(svg)?.[1]).toContain('dns2 does not answer');
    }
  });

  test('the flow has a solid line to who holds a VIP now', async () => {
    const solid = async (faults: WorldFaults): Promise<readonly (readonly [string, string])[]> => {
      const { shapes } = flowScene(model, { theme: 'light', status: await statusOf(faults) });
      return shapes.flatMap((shape) =>
        shape.kind === 'line' && shape.points.length === 2 && (shape.ink === 'vip' || shape.ink === 'bad')
          ? [[shape.ink, shape.stroke] as const]
          : [],
      );
    };
    const count = (lines: readonly (readonly [string, string])[]): Record<string, number> =>
      Object.fromEntries([...Map.groupBy(lines, (line) => line.join(' '))].map(([key, own]) => [key, own.length]));
    expect(count(await solid({}))).toEqual({ 'vip solid': 2, 'vip dashed': 2 });
    expect(count(await solid({ holders: { '192.168.10.100': [] } }))).toEqual({
      'vip solid': 1,
      'vip dashed': 1,
      'bad dashed': 2,
    });
    expect(count(await solid({ holders: { '192.168.10.100': ['lb1', 'lb2'] } }))).toEqual({
      'vip solid': 1,
      'vip dashed': 1,
      'bad solid': 2,
    });
  });

  test('a pool without a server, and a balancer that passes on nothing, say so in words', async () => {
    const rows = texts(
      flowScene(model, {
        theme: 'light',
        status: await statusOf({ refusing: ['192.168.10.31', '192.168.10.32'] }),
      }),
    );
    expect(rows).toContain('✕ no server answers');
    expect(rows.filter((text) => text === '✕ passes nothing on')).toHaveLength(2);
    expect(rows.filter((text) => text === '✕ DOWN')).toHaveLength(2);
  });

  test.each([
    ['all well', {}],
    ['all silent', { silent: ['lb1', 'lb2', 'lb3', 'dns1', 'dns2', 'web1', 'web2', 'web3'] }],
    ['nobody holds anything', { holders: { '192.168.10.100': [], '192.168.10.200': [] } }],
  ])('no two texts overlap, with all that is added: %s', async (_, faults) => {
    const large = dualStackModel();
    const status = await statusOf(faults, large);
    for (const draw of [flowScene, physicalScene]) {
      const areas = draw(large, { theme: 'light', status }).shapes.flatMap((shape) =>
        shape.kind === 'text' ? [{ ...textArea(shape), what: shape.text }] : [],
      );
      const clashes = areas.flatMap((area, index) =>
        areas.slice(index + 1).flatMap((other) => (overlaps(area, other) ? [`${area.what} | ${other.what}`] : [])),
      );
      expect(clashes).toEqual([]);
    }
  });
});

function overlaps(a: Area, b: Area): boolean {
  const slack = 0.01;
  return (
    a.x < b.x + b.width - slack &&
    b.x < a.x + a.width - slack &&
    a.y < b.y + b.height - slack &&
    b.y < a.y + a.height - slack
  );
}
