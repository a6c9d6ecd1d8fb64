import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ignoreEvents } from '../base/event.ts';
import type { Model } from '../model/model.ts';
import { observeStatus } from '../observe/status-observe.ts';
import { modelOfSize, modelSizes } from '../../test/kit/diagram-models.ts';
import type { ModelSize } from '../../test/kit/diagram-models.ts';
import { exampleModel } from '../../test/kit/example-model.ts';
import { statusWorld } from '../../test/kit/status-world.ts';
import type { WorldFaults } from '../../test/kit/status-world.ts';
import { diagramFlow, flowScene } from './diagram-flow.ts';
import { diagramPhysical, physicalScene } from './diagram-physical.ts';
import { judgeStatus } from './status-judge.ts';
import { fitText, fonts, textArea, textWidth, wrapText } from './diagram-scene.ts';
import type { Area, Scene, Shape, TextShape } from './diagram-scene.ts';
import type { DiagramOptions } from './diagram-hosts.ts';

const views: readonly (readonly [string, (model: Model, options: DiagramOptions) => Scene])[] = [
  ['physical', physicalScene],
  ['flow', flowScene],
];

const reference: ModelSize = {
  balancers: 2,
  nameservers: 2,
  webServers: 2,
  vips: 2,
  pools: 1,
  sites: 1,
  networks: 1,
  nameLength: 4,
  families: 'ipv4',
};

function texts(scene: Scene): readonly TextShape[] {
  return scene.shapes.filter((shape) => shape.kind === 'text');
}

function overlaps(a: Area, b: Area): boolean {
  const slack = 0.01;
  return (
    a.x < b.x + b.width - slack &&
    b.x < a.x + a.width - slack &&
    a.y < b.y + b.height - slack &&
    b.y < a.y + a.height - slack
  );
}

function pairs(areas: readonly (Area & { readonly what: string })[]): readonly string[] {
  return areas.flatMap((area, index) =>
    areas.slice(index + 1).flatMap((other) => (overlaps(area, other) ? [`"${area.what}" and "${other.what}"`] : [])),
  );
}

/** Shapes that stick out of the sheet. */
function outside(scene: Scene): readonly string[] {
  return scene.shapes.flatMap((shape) => {
    const inside = areasOf(shape).every(
      (area) =>
        area.x >= 0 && area.y >= 0 && area.x + area.width <= scene.width && area.y + area.height <= scene.height,
    );
    return inside ? [] : [JSON.stringify(shape)];
  });
}

function areasOf(shape: Shape): readonly Area[] {
  switch (shape.kind) {
    case 'text':
      return [textArea(shape)];
    case 'box':
      return [shape];
    case 'dot':
      return [
        { x: shape.x - shape.radius, y: shape.y - shape.radius, width: 2 * shape.radius, height: 2 * shape.radius },
      ];
    case 'line':
      return shape.points.map(([x, y]) => ({ x, y, width: 0, height: 0 }));
  }
}

describe.each(views)('%s, whatever the model', (_name, draw) => {
  test('no two texts overlap, no two cards do, and nothing leaves the sheet', () => {
    fc.assert(
      fc.property(modelSizes, (size) => {
        const scene = draw(modelOfSize(size), { theme: 'light' });
        expect(pairs(texts(scene).map((shape) => ({ ...textArea(shape), what: shape.text })))).toEqual([]);
        const cards = scene.shapes.filter((shape) => shape.kind === 'box').filter((box) => box.ink === 'rule');
        expect(pairs(cards.map((card) => ({ ...card, what: `card at ${card.x} ${card.y}` })))).toEqual([]);
        expect(outside(scene)).toEqual([]);
        expect(scene.width / scene.height).toBeCloseTo(297 / 210, 2);
      }),
      { numRuns: 60 },
    );
  });

  test('every address of every host of a small edge is there, whole', () => {
    const model = modelOfSize({ ...reference, families: 'both', nameLength: 12 });
    const all = texts(draw(model, { theme: 'light' })).map((shape) => shape.text);
    const first = [...model.balancers, ...model.nameservers].map((host) => host.addresses[0].text);
    for (const address of [...first, ...model.vips.map((vip) => vip.ipv4.text)]) {
      expect(all.some((text) => text.split(' ').includes(address))).toBe(true);
    }
  });
});

describe('what is drawn is true', () => {
  const model = modelOfSize(reference);

  test("clients' resolvers are the nameservers, never the balancers", () => {
    const scene = physicalScene(model, { theme: 'light' });
    const resolvers = texts(scene).filter((shape) => shape.ink === 'nameserver' && shape.font === fonts.address);
    expect(resolvers.map((shape) => shape.text)).toEqual(['10.0.1.32', '10.0.1.33']);
  });

  test('each VIP is preferred by one balancer and backed up by the other', () => {
    const rows = texts(physicalScene(model, { theme: 'light' })).map((shape) => shape.text);
    expect(rows.filter((text) => text === 'preferred 250')).toHaveLength(2);
    expect(rows.filter((text) => text === 'backup 240')).toHaveLength(2);
  });

  test('in the flow every VIP has a solid line to its preferred balancer and a dashed one to each backup', () => {
    const lines = flowScene(modelOfSize({ ...reference, balancers: 3, vips: 3 }), { theme: 'light' }).shapes.filter(
      (shape) => shape.kind === 'line' && shape.ink === 'vip',
    );
    const count = (stroke: string): number =>
      lines.filter((line) => line.kind === 'line' && line.stroke === stroke).length;
    expect([count('solid'), count('dashed')]).toEqual([3, 6]);
  });

  test('the seven steps are numbered in both places', () => {
    const numbers = texts(flowScene(model, { theme: 'light' })).filter((shape) => /^[1-7]$/.test(shape.text));
    expect(
      numbers
        .map((shape) => shape.text)
        .toSorted()
        .join(''),
    ).toBe('11223344556677');
  });
});

describe('with a status, what is true now is written, not only coloured', () => {
  const model = exampleModel();

  async function rowsOf(faults: WorldFaults): Promise<readonly string[]> {
    const world = statusWorld(model, faults);
    const facts = await observeStatus({ model, ...world, now: () => new Date(0), emit: ignoreEvents });
    const scene = physicalScene(model, { theme: 'light', status: judgeStatus(model, facts) });
    return texts(scene).map((shape) => shape.text);
  }

  test('a balancer that is down, and the one that holds both VIPs', async () => {
    const rows = await rowsOf({ silent: ['lb1'], stopped: ['web2 nginx.service'] });
    expect(rows.filter((text) => text === '✕ SILENT' || text === '✕ DOWN')).toEqual(['✕ SILENT', '✕ DOWN']);
    expect(rows.filter((text) => text === '✓ up')).toHaveLength(4);
    expect(rows.filter((text) => text.startsWith('✓ holds'))).toEqual(['✓ holds 240', '✓ holds 250']);
  });

  test('all is well', async () => {
    const rows = await rowsOf({});
    expect(rows.filter((text) => text === '✓ up')).toHaveLength(6);
    expect(rows.filter((text) => text.startsWith('✓ holds'))).toEqual(['✓ holds 250', '✓ holds 250']);
  });
});

describe('the SVG', () => {
  const model = modelOfSize(reference);

  test('is A4 landscape, says what it shows, and its text is text', () => {
    const svg = diagramPhysical(model, { theme: 'light' });
    expect(svg).toMatch(
      /^<svg [^>]*role="img" aria-labelledby="title desc" width="297mm" height="210mm" viewBox="0 0 1122.5 793.7">/,
    );
    expect(svg).toContain('<title id="title">edge1: physical topology</title>');
    expect(svg).toContain('vip1 10.0.1.200 is held by lb1m, then lb2m');
    expect(svg).toMatch(/<text [^>]*>10\.0\.1\.16<\/text>/);
    expect(svg).not.toMatch(/<script|<image|href=|url\(|var\(/);
  });

  test('themes: light and dark are fixed, auto follows the viewer', () => {
    const [light, dark, auto] = (['light', 'dark', 'auto'] as const).map((theme) => diagramFlow(model, { theme }));
    expect(light).toContain('.fill-paper{fill:#ffffff}');
    expect(dark).toContain('.fill-paper{fill:#12161b}');
    expect(light).not.toContain('prefers-color-scheme');
    expect(auto).toContain('prefers-color-scheme:dark');
    expect(auto).toContain('.fill-paper{fill:#12161b}');
  });

  test('names cannot break out of the markup', () => {
    const svg = diagramPhysical({ ...model, name: '<b>&"' }, { theme: 'light' });
    expect(svg).toContain('&lt;b&gt;&amp;&quot;: physical topology');
    expect(svg).not.toContain('<b>');
  });
});

describe('text that has to fit', () => {
  test('is cut with an ellipsis and keeps its whole self', () => {
    const cut = fitText('a-very-long-name.example.com', fonts.body, 80);
    expect(cut.text.endsWith('…')).toBe(true);
    expect(cut.full).toBe('a-very-long-name.example.com');
    expect(textWidth(cut.text, fonts.body)).toBeLessThanOrEqual(80);
    expect(fitText('short', fonts.body, 80)).toEqual({ text: 'short' });
  });

  test('is broken at spaces, and no line is wider than asked', () => {
    fc.assert(
      fc.property(
        fc.array(fc.stringMatching(/^[a-zA-Z0-9.]{1,30}$/), { minLength: 1 }),
        fc.integer({ min: 40, max: 400 }),
        (words, width) => {
          const lines = wrapText(words.join(' '), fonts.body, width);
          expect(lines.every((line) => textWidth(line, fonts.body) <= width)).toBe(true);
        },
      ),
    );
  });
});
