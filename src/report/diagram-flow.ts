import { listFirst } from '../base/list-first.ts';
import type { Model, Pool } from '../model/model.ts';
import { drawPanel, sizePanel } from './diagram-card.ts';
import type { Card, CardRow, Panel, PanelSize } from './diagram-card.ts';
import { flowLines } from './diagram-flow-lines.ts';
import { drawSteps } from './diagram-flow-steps.ts';
import { bodyRow, clientCard, extraWords, nameRow } from './diagram-hosts.ts';
import type { DiagramOptions } from './diagram-hosts.ts';
import {
  backendWord,
  balancerFlow,
  holderRow,
  holdersOf,
  liveSubtitle,
  poolFlow,
  vipInWords,
  withNow,
} from './diagram-live.ts';
import { fonts } from './diagram-scene.ts';
import type { Scene } from './diagram-scene.ts';
import { bodyWidth, makeSheet, roomOnSheet, sheetScale } from './diagram-sheet.ts';
import type { Body } from './diagram-sheet.ts';
import { printSvg } from './diagram-svg.ts';
import type { EdgeStatus } from './edge-status.ts';

/** Between the columns, where the lines run. */
const columnGap = 64;
/** Between nameservers and clients, where the query and its answer run. */
const queryGap = 62;
/** Below the columns, where the response runs back. */
const returnRoom = 58;

/**
 * The flow of the traffic as SVG: clients ask the nameservers, get VIPs, reach the balancer that holds one, which hands
 * the request to a web server and sends the response back. The seven steps are numbered and told below.
 */
export function diagramFlow(model: Model, options: DiagramOptions): string {
  const label = {
    title: `${model.name}: flow of a request`,
    description: withNow(describe(model, options.status), options.status),
  };
  return printSvg(flowScene(model, options), label, options.theme);
}

/** The same as shapes. */
export function flowScene(model: Model, options: DiagramOptions): Scene {
  const names = listFirst(
    model.sites.flatMap((site) => site.names),
    4,
  );
  return makeSheet(flowBody(model, options), {
    title: `${model.name}: flow of a request`,
    subtitle:
      options.status === undefined
        ? `${names}  ·  ${recordWords(model)} are the virtual addresses, never a host`
        : liveSubtitle(options.status),
  });
}

/** The panels of the flow with the place of each. */
export interface FlowPlan {
  readonly clients: PlacedPanel;
  readonly nameservers: PlacedPanel;
  readonly vips: PlacedPanel;
  readonly balancers: PlacedPanel;
  readonly pools: readonly PlacedPanel[];
  readonly height: number;
}

export interface PlacedPanel {
  readonly panel: Panel;
  readonly size: PanelSize;
  readonly x: number;
  readonly y: number;
}

/** The drawing itself, from 0, 0: with the cards of pools in as many columns as give the smallest sheet. */
function flowBody(model: Model, options: DiagramOptions): Body {
  const bodies = [1, 2, 3, 4].map((poolColumns) => ({
    poolColumns,
    body: drawFlow(model, options, { poolColumns, width: bodyWidth }),
  }));
  const best = bodies.reduce((least, each) => (sheetScale(each.body) < sheetScale(least.body) ? each : least));
  const width = roomOnSheet(sheetScale(best.body));
  return drawFlow(model, options, { poolColumns: best.poolColumns, width });
}

interface FlowShape {
  readonly poolColumns: number;
  readonly width: number;
}

function drawFlow(model: Model, options: DiagramOptions, shape: FlowShape): Body {
  const plan = planFlow(model, options, shape);
  const panels = [plan.clients, plan.nameservers, plan.vips, plan.balancers, ...plan.pools];
  const width = Math.max(...panels.map(({ x, size }) => x + size.width));
  const steps = drawSteps(width, {
    y: plan.height + returnRoom,
    holder: options.status === undefined ? 'preferred' : 'now',
  });
  return {
    width,
    height: plan.height + returnRoom + steps.height,
    shapes: [
      ...panels.flatMap(({ panel, size, x, y }) => drawPanel(panel, size, { x, y })),
      ...flowLines(model, plan, options.status),
      ...steps.shapes,
    ],
  };
}

function planFlow(model: Model, { status }: DiagramOptions, shape: FlowShape): FlowPlan {
  const panels = {
    clients: { title: 'Clients', note: '', ink: 'client', cards: [clientCard(model)] },
    nameservers: {
      title: 'Nameservers',
      note: 'answer VIPs',
      ink: 'nameserver',
      cards: model.nameservers.map((host): Card => ({
        ink: 'nameserver',
        rows: [nameRow(host.name, status), ...answerRows(model, host.addresses[0].text)],
      })),
    },
    vips: {
      title: 'Virtual addresses',
      note: '',
      ink: 'vip',
      cards: model.vips.map((vip) => vipCard(model, vip.name, status)),
    },
    balancers: {
      title: 'Balancers',
      note: 'end TLS',
      ink: 'balancer',
      cards: model.balancers.map((host): Card => ({
        ink: 'balancer',
        rows: [
          nameRow(host.name, status),
          { text: host.addresses[0].text, font: fonts.address, ink: 'strong' },
          ...(status === undefined ? preferenceRows(model, host.name) : liveRows(model, host.name, status)),
        ],
      })),
    },
  } as const satisfies Readonly<Record<string, Panel>>;
  const pools = model.pools.map((pool) => poolPanel(pool, status));
  const all: readonly (readonly Panel[])[] = [
    [panels.nameservers, panels.clients],
    [panels.vips],
    [panels.balancers],
    pools,
  ];
  const columnsIn = (panel: Panel, column: number): number =>
    column === 3 ? Math.min(shape.poolColumns, panel.cards.length) : 1;
  const widths = widthsOf(
    all.map((column, index) => Math.max(0, ...column.map((panel) => sizePanel(panel, columnsIn(panel, index)).width))),
    shape.width,
  );
  const sized = (panel: Panel, column: number): PanelSize => {
    const columns = columnsIn(panel, column);
    const natural = sizePanel(panel, columns);
    return sizePanel(panel, columns, natural.cardWidth + ((widths[column] ?? 0) - natural.width) / columns);
  };
  const left = widths.map((_width, column) =>
    widths.slice(0, column).reduce((sum, width) => sum + width + columnGap, 0),
  );
  const sizes = {
    nameservers: sized(panels.nameservers, 0),
    clients: sized(panels.clients, 0),
    vips: sized(panels.vips, 1),
    balancers: sized(panels.balancers, 2),
    pools: pools.map((panel) => sized(panel, 3)),
  };
  const firstColumn = sizes.nameservers.height + queryGap + sizes.clients.height;
  const poolGap = 20;
  const lastColumn = sizes.pools.reduce((sum, size) => sum + size.height + poolGap, -poolGap);
  const height = Math.max(firstColumn, sizes.vips.height, sizes.balancers.height, lastColumn);
  const centred = (own: number): number => (height - own) / 2;
  let poolTop = centred(lastColumn);
  return {
    nameservers: { panel: panels.nameservers, size: sizes.nameservers, x: 0, y: centred(firstColumn) },
    clients: {
      panel: panels.clients,
      size: sizes.clients,
      x: 0,
      y: centred(firstColumn) + sizes.nameservers.height + queryGap,
    },
    vips: { panel: panels.vips, size: sizes.vips, x: left[1] ?? 0, y: centred(sizes.vips.height) },
    balancers: { panel: panels.balancers, size: sizes.balancers, x: left[2] ?? 0, y: centred(sizes.balancers.height) },
    pools: pools.flatMap((panel, index) => {
      const size = sizes.pools[index];
      if (size === undefined) return [];
      const placed = { panel, size, x: left[3] ?? 0, y: poolTop };
      poolTop += size.height + poolGap;
      return [placed];
    }),
    height,
  };
}

/** What is left of the width goes to all columns alike. */
function widthsOf(natural: readonly number[], wanted: number): readonly number[] {
  const used = natural.reduce((sum, width) => sum + width, 0) + columnGap * (natural.length - 1);
  const extra = Math.max(0, wanted - used) / natural.length;
  return natural.map((width) => width + extra);
}

/** A nameserver's address and what it answers for the first site name. */
function answerRows(model: Model, address: string): readonly CardRow[] {
  const [zone] = model.zones;
  const [first] = zone?.siteNames ?? [];
  const own: CardRow = { text: address, font: fonts.address, ink: 'strong' };
  if (zone === undefined || first === undefined) return [own];
  const name = first.name === '@' ? zone.name : `${first.name}.${zone.name}`;
  const vips = model.vips.filter((vip) => first.vips.includes(vip.name)).map((vip) => vip.ipv4.text);
  return [
    own,
    { ...bodyRow(name), right: `A, TTL ${zone.ttl} s` },
    ...vips.slice(0, 4).map((text): CardRow => ({ text, font: fonts.address, ink: 'vip' })),
    ...(vips.length > 4 ? [bodyRow(`and ${vips.length - 4} more`)] : []),
  ];
}

function vipCard(model: Model, name: string, status: EdgeStatus | undefined): Card {
  const vip = model.vips.find((entry) => entry.name === name);
  const sites = model.sites.filter((site) => site.vips.includes(name)).flatMap((site) => site.names);
  const addresses = [vip?.ipv4, vip?.ipv6].flatMap((address) => (address === undefined ? [] : [address.text]));
  return {
    ink: 'vip',
    rows: [
      { text: name, font: fonts.name, ink: 'strong' },
      ...addresses.map((text): CardRow => ({ text, font: fonts.address, ink: 'vip' })),
      ...(status === undefined ? [] : [holderRow({ name }, status)]),
      bodyRow(listFirst(sites, 2)),
    ],
  };
}

function preferenceRows(model: Model, balancer: string): readonly CardRow[] {
  const prefers = model.vips.filter((vip) => vip.preferred === balancer).map((vip) => vip.name);
  const backs = model.vips
    .filter((vip) => vip.preferred !== balancer && vip.claims.some((claim) => claim.balancer === balancer))
    .map((vip) => vip.name);
  return [
    ...(prefers.length === 0
      ? []
      : [{ ...bodyRow(`holds ${listFirst(prefers, 3)}`), mark: { ink: 'vip', style: 'fill' } as const }]),
    ...(backs.length === 0
      ? []
      : [{ ...bodyRow(`backs up ${listFirst(backs, 3)}`), mark: { ink: 'vip', style: 'outline' } as const }]),
  ];
}

/** What a balancer does now. */
function liveRows(model: Model, balancer: string, status: EdgeStatus): readonly CardRow[] {
  const holds = model.vips.filter((vip) => holdersOf(vip, status).includes(balancer)).map((vip) => vip.name);
  const mark = { ink: 'vip', style: holds.length === 0 ? 'outline' : 'fill' } as const;
  const broken = balancerFlow(balancer, status) === 'broken';
  return [
    { ...bodyRow(holds.length === 0 ? 'holds nothing' : `holds ${listFirst(holds, 3)}`), mark },
    ...(broken ? [{ ...bodyRow('✕ passes nothing on'), ink: 'bad' as const }] : []),
  ];
}

function poolPanel(pool: Pool, status: EdgeStatus | undefined): Panel {
  const broken = status !== undefined && poolFlow(pool, status) === 'broken';
  const shown = pool.backends.length > 12 ? pool.backends.slice(0, 11) : pool.backends;
  const rest = pool.backends.length - shown.length;
  const cards = shown.map((backend): Card => {
    const { family, text } = backend.address;
    const extra = extraWords(backend).slice(2);
    return {
      ink: 'web',
      rows: [
        {
          text: backend.name,
          font: fonts.name,
          ink: 'strong',
          ...(extra === '' ? {} : { right: extra }),
          ...(status === undefined ? {} : backendWord(pool, backend, status)),
        },
        { text: `${family === 6 ? `[${text}]` : text}:${backend.port}`, font: fonts.address, ink: 'strong' },
      ],
    };
  });
  const more: readonly Card[] = rest === 0 ? [] : [{ ink: 'web', rows: [bodyRow(`and ${rest} more`)] }];
  return {
    title: `Pool ${pool.name}`,
    note: broken ? '✕ no server answers' : pool.algorithm.replaceAll('-', ' '),
    ink: broken ? 'bad' : 'web',
    cards: [...cards, ...more],
  };
}

function recordWords(model: Model): string {
  return model.vips.some((vip) => vip.ipv6 !== undefined) ? 'A and AAAA records' : 'A records';
}

function describe(model: Model, status: EdgeStatus | undefined): string {
  const resolvers = model.resolvers.map((resolver) => resolver.text).join(' or ');
  const vips = model.vips.map((vip) => vipInWords(vip, status));
  const pools = model.pools.map(
    (pool) =>
      `pool ${pool.name}: ${listFirst(
        pool.backends.map((backend) => backend.name),
        12,
      )}`,
  );
  return `A client asks ${resolvers} for a name and gets VIPs. ${vips.join('; ')}. The balancer ends TLS and sends the request by HTTP to a web server of the site's pool. ${pools.join('; ')}. The response goes back the same way, encrypted again.`;
}
