import { counted } from '../base/counted.ts';
import { formatDuration } from '../base/duration.ts';
import type { Model, ModelNetwork } from '../model/model.ts';
import { cardAreas, drawPanel, sizePanel, stretchPanel } from './diagram-card.ts';
import type { Panel, PanelSize } from './diagram-card.ts';
import { balancerCard, clientCard, nameserverCard, webCard } from './diagram-hosts.ts';
import type { DiagramOptions } from './diagram-hosts.ts';
import { liveSubtitle, vipInWords, withNow } from './diagram-live.ts';
import { fitText, fonts, textWidth } from './diagram-scene.ts';
import type { Scene, Shape } from './diagram-scene.ts';
import { bodyWidth, makeSheet, roomOnSheet, sheetScale } from './diagram-sheet.ts';
import type { Body } from './diagram-sheet.ts';
import { printSvg } from './diagram-svg.ts';
import type { EdgeStatus } from './edge-status.ts';

const panelGap = 26;
const busHeight = 8;
/** From a panel to the bus. */
const drop = 56;
const networkGap = 54;

/**
 * The physical topology as SVG: each network with the machines on it, their addresses, who prefers and who backs up each
 * VIP, and whom clients ask for names.
 */
export function diagramPhysical(model: Model, options: DiagramOptions): string {
  const label = {
    title: `${model.name}: physical topology`,
    description: withNow(describe(model, options.status), options.status),
  };
  return printSvg(physicalScene(model, options), label, options.theme);
}

/** The same as shapes. */
export function physicalScene(model: Model, options: DiagramOptions): Scene {
  return makeSheet(physicalBody(model, options), {
    title: `${model.name}: physical topology`,
    subtitle: options.status === undefined ? summary(model) : liveSubtitle(options.status),
  });
}

/**
 * The drawing itself, from 0, 0: of several widths the one that needs the smallest sheet. Wider means fewer rows of
 * cards, and so less height.
 */
function physicalBody(model: Model, options: DiagramOptions): Body {
  const bodies = [1, 1.1, 1.25, 1.4, 1.6, 1.8, 2, 2.5, 3, 4, 6, 8].map((times) =>
    bodyOfWidth(model, options, bodyWidth * times),
  );
  const best = bodies.reduce((least, body) => (sheetScale(body) < sheetScale(least) ? body : least));
  // The sheet may be wider than the drawing needs: use it, unless that makes the sheet larger.
  const filled = bodyOfWidth(model, options, roomOnSheet(sheetScale(best)));
  return sheetScale(filled) <= sheetScale(best) + 1e-9 ? filled : best;
}

function bodyOfWidth(model: Model, options: DiagramOptions, wanted: number): Body {
  const rows = model.networks.map((network) => networkRows(model, network, options));
  const width = Math.max(
    wanted,
    ...rows.flatMap(({ above, below }) => [above, below].map((row) => rowWidth(row, columnsOf(row, wanted)))),
  );
  const shapes: Shape[] = [];
  let y = 0;
  for (const { network, above, below } of rows) {
    if (y > 0) y += networkGap;
    const top = justify(above, width);
    const topHeight = Math.max(0, ...top.map(({ size }) => size.height));
    const bus = y + topHeight + (top.length === 0 ? 30 : drop);
    const bottom = justify(below, width);
    const bottomTop = bus + busHeight + drop;
    const joints = [
      ...joinPoints(top, y).map((x) => ({ x, edge: y + topHeight })),
      ...joinPoints(bottom, bottomTop).map((x) => ({ x, edge: bottomTop })),
    ];
    shapes.push(
      ...joints.map((joint) => link(joint, bus + busHeight / 2)),
      ...drawBus(network, { y: bus, width, avoid: joints.map(({ x }) => x) }),
      ...top.flatMap(({ panel, size, x }) => drawPanel(panel, size, { x, y: y + topHeight - size.height })),
      ...bottom.flatMap(({ panel, size, x }) => drawPanel(panel, size, { x, y: bottomTop })),
      ...joints.map(({ x, edge }): Shape => ({ kind: 'dot', x, y: edge, radius: 3.5, ink: 'network', style: 'fill' })),
    );
    y = bottom.length === 0 ? bus + busHeight + 20 : bottomTop + Math.max(...bottom.map(({ size }) => size.height));
  }
  return { width, height: y, shapes };
}

interface NetworkRows {
  readonly network: ModelNetwork;
  readonly above: readonly Panel[];
  readonly below: readonly Panel[];
}

function networkRows(model: Model, network: ModelNetwork, { status }: DiagramOptions): NetworkRows {
  const here = <Host extends { readonly network: string }>(hosts: readonly Host[]): readonly Host[] =>
    hosts.filter((host) => host.network === network.name);
  const clients = model.lab.clientNetwork === network.name;
  const panels = {
    clients: { title: 'Clients', note: '', ink: 'client', cards: clients ? [clientCard(model)] : [] },
    nameservers: {
      title: 'Nameservers',
      note: 'PowerDNS',
      ink: 'nameserver',
      cards: here(model.nameservers).map((host) => nameserverCard(host, model, status)),
    },
    balancers: {
      title: 'Balancers',
      note: `keepalived and NGINX, VRRP adverts every ${formatDuration(model.advertMs)}`,
      ink: 'balancer',
      cards: here(model.balancers).map((host) => balancerCard(host, model, status)),
    },
    webServers: {
      title: 'Web servers',
      note: 'HTTP',
      ink: 'web',
      cards: here(model.webServers).map((host) => webCard(host, model, status)),
    },
  } as const satisfies Readonly<Record<string, Panel>>;
  const filled = (list: readonly Panel[]): readonly Panel[] => list.filter((panel) => panel.cards.length > 0);
  return {
    network,
    above: filled([panels.clients, panels.nameservers]),
    below: filled([panels.balancers, panels.webServers]),
  };
}

interface Placed {
  readonly panel: Panel;
  readonly size: PanelSize;
  readonly x: number;
}

/** Columns of each panel: as near to one row as the width allows, the longest lists broken first. */
function columnsOf(panels: readonly Panel[], width: number): readonly number[] {
  const columns = panels.map((panel) => panel.cards.length);
  while (rowWidth(panels, columns) > width && columns.some((count) => count > 1)) {
    const widest = columns.indexOf(Math.max(...columns));
    const cards = panels[widest]?.cards.length ?? 1;
    const rows = Math.ceil(cards / (columns[widest] ?? 1)) + 1;
    // As many rows as needed, filled evenly: 8 cards go 4 and 4, not 7 and 1.
    columns[widest] = Math.max(1, Math.min((columns[widest] ?? 2) - 1, Math.ceil(cards / rows)));
  }
  return columns;
}

function rowWidth(panels: readonly Panel[], columns: readonly number[]): number {
  const widths = panels.map((panel, index) => sizePanel(panel, columns[index] ?? 1).width);
  return widths.reduce((sum, each) => sum + each, 0) + panelGap * Math.max(0, panels.length - 1);
}

/** Panels side by side over the whole width, all of one height: what is left over goes to the cards, the same to each. */
function justify(panels: readonly Panel[], width: number): readonly Placed[] {
  const columns = columnsOf(panels, width);
  const extra = (width - rowWidth(panels, columns)) / columns.reduce((sum, count) => sum + count, 0);
  const sizes = panels.map((panel, index) => {
    const count = columns[index] ?? 1;
    return sizePanel(panel, count, sizePanel(panel, count).cardWidth + Math.max(0, extra));
  });
  const height = Math.max(0, ...sizes.map((size) => size.height));
  let x = 0;
  return panels.flatMap((panel, index) => {
    const size = sizes[index];
    if (size === undefined) return [];
    // Cards of a panel with fewer rows would get absurdly high; only panels of one row are evened out.
    const single = sizes.every((entry) => entry.rows === 1);
    const placed = { panel, size: single ? stretchPanel(size, height) : size, x };
    x += size.width + panelGap;
    return [placed];
  });
}

/** One link for each card that stands next to the bus; a panel of several rows hangs as a whole. */
function joinPoints(row: readonly Placed[], y: number): readonly number[] {
  return row.flatMap(({ panel, size, x }) =>
    size.rows === 1 ? cardAreas(panel, size, { x, y }).map((area) => area.x + area.width / 2) : [x + size.width / 2],
  );
}

function link(from: { readonly x: number; readonly edge: number }, bus: number): Shape {
  const points = [
    [from.x, from.edge],
    [from.x, bus],
  ] as const;
  return { kind: 'line', points, ink: 'network', width: 2, stroke: 'solid', end: 'plain' };
}

/** The network as a bar, its name on a plate upon it. */
function drawBus(
  network: ModelNetwork,
  at: { readonly y: number; readonly width: number; readonly avoid: readonly number[] },
): readonly Shape[] {
  const ranges = [network.ipv4, network.ipv6].flatMap((range) => (range === undefined ? [] : [range.text]));
  const gateways = network.gateways.map((address) => address.text);
  const parts = [network.name, ...ranges, ...(gateways.length === 0 ? [] : [`gateway ${gateways.join(', ')}`])];
  const name = fitText(parts.join('  ·  '), fonts.address, at.width - 36);
  const plate = textWidth(name.text, fonts.address) + 36;
  const x = platePlace(plate, at);
  const middle = at.y + busHeight / 2;
  return [
    {
      kind: 'box',
      x: 0,
      y: at.y,
      width: at.width,
      height: busHeight,
      radius: busHeight / 2,
      ink: 'network',
      style: 'fill',
    },
    { kind: 'box', x, y: middle - 14, width: plate, height: 28, radius: 14, ink: 'network', style: 'outline' },
    { kind: 'text', x: x + plate / 2, y: middle + 4, ...name, font: fonts.address, anchor: 'middle', ink: 'strong' },
  ];
}

/** The place nearest to the middle where no link meets the plate's round ends. */
function platePlace(plate: number, at: { readonly width: number; readonly avoid: readonly number[] }): number {
  const centre = (at.width - plate) / 2;
  const places = Array.from({ length: 61 }, (_, step) => centre + (step % 2 === 0 ? 1 : -1) * Math.ceil(step / 2) * 8);
  const free = (x: number): boolean =>
    at.avoid.every((link) => Math.abs(link - x - 5) > 14 && Math.abs(link - x - plate + 5) > 14);
  return places.find((x) => x >= 0 && x + plate <= at.width && free(x)) ?? Math.max(0, centre);
}

function summary(model: Model): string {
  return [
    counted(model.balancers.length, 'balancer'),
    counted(model.vips.length, 'virtual address', 'virtual addresses'),
    counted(model.nameservers.length, 'nameserver'),
    counted(model.webServers.length, 'web server'),
    counted(model.networks.length, 'network'),
  ].join('  ·  ');
}

function describe(model: Model, status: EdgeStatus | undefined): string {
  const vips = model.vips.map((vip) => vipInWords(vip, status));
  const hosts = [...model.nameservers, ...model.balancers, ...model.webServers].map(
    (host) => `${host.name} ${host.addresses.map((address) => address.text).join(' ')} (${host.kind})`,
  );
  const resolvers = model.resolvers.map((resolver) => resolver.text).join(', ');
  return `Hosts: ${hosts.join('; ')}. ${vips.join('; ')}. Clients ask ${resolvers} for names.`;
}
