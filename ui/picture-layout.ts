import type { HoldingRow, Topology } from '../src/report/edge-view.ts';
import { holdingTone } from './holding.ts';
import type { Tone } from './tone.ts';

/** A rectangle of the picture. All lengths are rem, from the top left. */
export interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** What a host is in the picture. */
export type HostKind = Topology['hosts'][number]['kind'];

/** A group of hosts with its title. */
export interface Panel extends Area {
  readonly kind: HostKind | 'client';
  readonly title: string;
}

/** A host. `cell`: its name alone, for there are many. */
export interface Card extends Area {
  readonly name: string;
  readonly kind: HostKind;
  readonly size: 'card' | 'cell';
}

/** A VIP where it is held, or where it is missed. The key is the same while it moves. */
export interface Chip extends Area {
  readonly key: string;
  readonly vip: string;
  readonly address: string;
  /** Undefined: nobody holds it. */
  readonly holder: string | undefined;
  readonly tone: Tone;
  /** `name`: without its address. */
  readonly size: 'full' | 'name';
}

/** Everything that is drawn, in places. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  /** `across`: clients left, web servers right. `down`: clients on top, for phones. */
  readonly direction: 'across' | 'down';
  readonly panels: readonly Panel[];
  readonly cards: readonly Card[];
  readonly chips: readonly Chip[];
  /** VIPs that are held and not drawn, by balancer. */
  readonly hidden: ReadonlyMap<string, number>;
}

const gap = 0.6;
const title = 1.9;
const card = { least: 11.5, height: 4.6 };
const cell = { least: 6.4, height: 1.75 };
const chipHeight = 1.65;
const chipGap = 0.3;
/** Between panels: room for the lines. */
const lane = { across: 4.5, down: 2.6 };
/** From this many web servers on, each is a cell. */
const manyServers = 13;
/** From this many VIPs on, chips are names alone, several to a row. */
const manyVips = 9;
const chipsOfACard = 12;
/** Narrower than this, the picture goes down. */
const across = 54;

/** Places everything for a width in rem. Pure: the same edge in the same state is the same picture. */
export function layOut(topology: Topology, holdings: readonly HoldingRow[], width: number): Layout {
  const names = (kind: HostKind): readonly string[] =>
    topology.hosts.filter((host) => host.kind === kind).map((host) => host.name);
  const vips = vipsByHolder(topology, holdings);
  const hosts = { nameservers: names('nameserver'), balancers: names('balancer'), servers: names('web') };
  const placed = width >= across ? placeAcross(hosts, vips, width) : placeDown(hosts, vips, width);
  const chips = placed.cards.flatMap((host) =>
    host.kind === 'balancer' ? chipsOf(host, vips.held.get(host.name) ?? [], vips.size) : [],
  );
  const tray = placed.panels.find(({ kind }) => kind === 'balancer');
  const lost = tray === undefined ? [] : lostChips(tray, vips);
  return {
    ...placed,
    width,
    height: Math.max(...placed.panels.map(({ y, height }) => y + height)),
    chips: [...lost, ...chips],
    hidden: new Map(
      [...vips.held].flatMap(([name, all]) => {
        const rest = all.length - chipsOfACard;
        return rest > 0 ? [[name, rest] as const] : [];
      }),
    ),
  };
}

interface Hosts {
  readonly nameservers: readonly string[];
  readonly balancers: readonly string[];
  readonly servers: readonly string[];
}

type BareChip = Omit<Chip, keyof Area | 'size'>;

interface Vips {
  readonly held: ReadonlyMap<string, readonly BareChip[]>;
  readonly lost: readonly BareChip[];
  readonly size: Chip['size'];
}

function vipsByHolder({ vips }: Topology, holdings: readonly HoldingRow[]): Vips {
  const rows = new Map(holdings.map((row) => [row.key, row]));
  const held = new Map<string, BareChip[]>();
  const lost: BareChip[] = [];
  for (const { name, addresses } of vips) {
    const row = rows.get(name);
    if (row === undefined) continue;
    const address = addresses[0] ?? '';
    if (row.holders.length === 0) lost.push({ key: name, vip: name, address, holder: undefined, tone: 'bad' });
    for (const [index, holder] of row.holders.entries()) {
      const tone = holdingTone(row);
      const key = index === 0 ? name : `${name} ${index}`;
      held.set(holder, [...(held.get(holder) ?? []), { key, vip: name, address, holder, tone }]);
    }
  }
  return { held, lost, size: vips.length >= manyVips ? 'name' : 'full' };
}

type Placed = Pick<Layout, 'direction' | 'panels' | 'cards'>;

/** Clients and nameservers left, balancers in the middle, web servers right. */
function placeAcross(hosts: Hosts, vips: Vips, width: number): Placed {
  const left = Math.min(16, Math.max(13.6, width * 0.2));
  const rest = width - left - 2 * lane.across;
  const few = hosts.balancers.length <= 4 && hosts.servers.length < manyServers;
  const middle = few ? Math.min(34, rest * 0.45) : rest * 0.45;
  const right = few ? Math.min(34, rest - middle) : rest - middle;
  // What is left over makes the lines longer, up to where they can be followed.
  const between = Math.min(24, (width - left - middle - right) / 2);
  const clients: Panel = { kind: 'client', title: 'Clients', x: 0, y: 0, width: left, height: title + 3 };
  const nameservers = panelOf('nameserver', hosts.nameservers, {
    vips,
    x: 0,
    y: clients.height + lane.down,
    width: left,
  });
  const balancers = panelOf('balancer', hosts.balancers, {
    vips,
    x: left + between,
    y: 0,
    width: middle,
    // One below the other: then a line to each can be followed.
    ...(few ? { most: 1 } : {}),
  });
  const servers = panelOf('web', hosts.servers, {
    vips,
    x: left + middle + 2 * between,
    y: 0,
    width: right,
    ...(few && hosts.servers.length <= 6 ? { most: 1 } : {}),
  });
  return {
    direction: 'across',
    panels: [clients, nameservers.panel, balancers.panel, servers.panel].filter(isUsed),
    cards: [nameservers, balancers, servers].flatMap(({ cards }) => cards),
  };
}

/** Nameservers on top, then clients, so that each line goes to a neighbour. */
function placeDown(hosts: Hosts, vips: Vips, width: number): Placed {
  const nameservers = panelOf('nameserver', hosts.nameservers, {
    vips,
    x: 0,
    y: 0,
    width,
  });
  const clients: Panel = {
    kind: 'client',
    title: 'Clients',
    x: 0,
    y: nameservers.panel.height + lane.down,
    width,
    height: title + 3,
  };
  const balancers = panelOf('balancer', hosts.balancers, {
    vips,
    x: 0,
    y: clients.y + clients.height + lane.down,
    width,
  });
  const servers = panelOf('web', hosts.servers, {
    vips,
    x: 0,
    y: balancers.panel.y + balancers.panel.height + lane.down,
    width,
  });
  return {
    direction: 'down',
    panels: [nameservers.panel, clients, balancers.panel, servers.panel].filter(isUsed),
    cards: [nameservers, balancers, servers].flatMap(({ cards }) => cards),
  };
}

function isUsed({ height }: Panel): boolean {
  return height > 0;
}

const titles: Readonly<Record<HostKind, string>> = {
  nameserver: 'Nameservers',
  balancer: 'Balancers',
  web: 'Web servers',
};

interface PanelPlace {
  readonly vips: Vips;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** Columns at most; absent: as many as there is room for. */
  readonly most?: number;
}

function panelOf(
  kind: HostKind,
  names: readonly string[],
  { vips, most = names.length, ...place }: PanelPlace,
): { readonly panel: Panel; readonly cards: readonly Card[] } {
  if (names.length === 0) return { panel: { kind, title: '', ...place, height: 0 }, cards: [] };
  const size = kind === 'web' && names.length >= manyServers ? 'cell' : 'card';
  const inside = place.width - 2 * gap;
  const least = size === 'cell' ? cell.least : card.least;
  const fitting = Math.max(1, Math.floor((inside + gap) / (least + gap)));
  const columns = Math.min(names.length, fitting, most);
  const width = (inside - gap * (columns - 1)) / columns;
  const tray = kind === 'balancer' && vips.lost.length > 0 ? chipHeight + gap : 0;
  let y = place.y + title + tray;
  const cards: Card[] = [];
  for (let first = 0; first < names.length; first += columns) {
    const row = names.slice(first, first + columns);
    const heights = row.map((name) =>
      size === 'cell'
        ? cell.height
        : card.height + (kind === 'balancer' ? chipsHeight(vips.held.get(name)?.length ?? 0, width, vips.size) : 0),
    );
    const height = Math.max(...heights);
    for (const [column, name] of row.entries()) {
      cards.push({ kind, name, size, x: place.x + gap + column * (width + gap), y, width, height });
    }
    y += height + (size === 'cell' ? 0.35 : gap);
  }
  return { panel: { kind, title: titles[kind], ...place, height: y - place.y + 0.2 }, cards };
}

function chipColumns(width: number, size: Chip['size']): number {
  return size === 'full' ? 1 : Math.max(1, Math.floor((width - 2 * gap) / 5));
}

/** A card that holds nothing keeps room for one: what comes to it makes the picture grow less. */
function chipsHeight(count: number, width: number, size: Chip['size']): number {
  const drawn = Math.min(Math.max(1, count), chipsOfACard);
  return Math.ceil(drawn / chipColumns(width, size)) * (chipHeight + chipGap);
}

function chipsOf(host: Card, bare: readonly BareChip[], size: Chip['size']): readonly Chip[] {
  const columns = chipColumns(host.width, size);
  const width = (host.width - 2 * gap - chipGap * (columns - 1)) / columns;
  return bare.slice(0, chipsOfACard).map((chip, index) => ({
    ...chip,
    size,
    x: host.x + gap + (index % columns) * (width + chipGap),
    y: host.y + card.height - 0.35 + Math.floor(index / columns) * (chipHeight + chipGap),
    width,
    height: chipHeight,
  }));
}

/** VIPs that nobody holds, in a row above the balancers. */
function lostChips(panel: Panel, { lost, size }: Vips): readonly Chip[] {
  const width = Math.min(panel.width - 2 * gap, size === 'full' ? 16 : 7);
  const fitting = Math.max(1, Math.floor((panel.width - gap) / (width + gap)));
  return lost.slice(0, fitting).map((chip, index) => ({
    ...chip,
    size: 'name',
    x: panel.x + gap + index * (width + gap),
    y: panel.y + title - 0.1,
    width,
    height: chipHeight,
  }));
}
