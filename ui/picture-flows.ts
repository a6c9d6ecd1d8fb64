import type { EdgeView } from '../src/report/edge-view.ts';
import type { Area, Card, Layout, Panel } from './picture-layout.ts';

/** A line of the picture. `query`: names are asked for. `ready`: it could be used, and is not. `unknown`: nobody tells. */
export interface Flow {
  readonly key: string;
  readonly tone: 'query' | 'flows' | 'moved' | 'ready' | 'broken' | 'unknown';
  /** Where it goes, as an SVG path in rem. */
  readonly path: string;
}

/** More lines than these can't be told apart. */
const mostLines = 48;
/** Between two lines that go the same way. Rem. */
const beside = 1;

/**
 * The lines between what was placed: who asks whom, who serves, and where nothing gets through. Where a line of its own for each host
 * would go behind other hosts, or there would be too many, one of each kind goes from group to group.
 */
export function flowsOf(layout: Layout, backends: EdgeView['backends']): readonly Flow[] {
  const panel = (kind: Panel['kind']): Panel | undefined => layout.panels.find((one) => one.kind === kind);
  const [clients, nameservers, balancers, servers] = [
    panel('client'),
    panel('nameserver'),
    panel('balancer'),
    panel('web'),
  ];
  const direct = balancersSideBySide(layout);
  const requested = requests(layout);
  const delivered = deliveries(layout, backends);
  return [
    ...(clients === undefined || nameservers === undefined ? [] : [query(clients, nameservers)]),
    ...(clients === undefined || balancers === undefined
      ? []
      : direct && requested.length <= mostLines
        ? requested.map(({ to, ...flow }) => ({ ...flow, path: path(layout, clients, to) }))
        : together(layout, requested, { name: 'clients', from: clients, to: balancers })),
    ...(balancers === undefined || servers === undefined
      ? []
      : direct && delivered.length <= mostLines
        ? delivered.map(({ from, to, ...flow }) => ({ ...flow, path: path(layout, from, to) }))
        : together(layout, delivered, { name: 'servers', from: balancers, to: servers })),
  ];
}

/** Whether no balancer stands in the way of a line to another one. */
function balancersSideBySide({ cards, direction }: Layout): boolean {
  const own = cards.filter(({ kind }) => kind === 'balancer');
  return new Set(own.map(({ x, y }) => (direction === 'across' ? x : y))).size <= 1;
}

function query(clients: Panel, nameservers: Panel): Flow {
  // In both directions nameservers are above or below the clients.
  const [from, to] = nameservers.y < clients.y ? [nameservers, clients] : [clients, nameservers];
  return { key: 'names', tone: 'query', path: `M${clients.x + clients.width / 2} ${from.y + from.height}V${to.y}` };
}

type Bare = Omit<Flow, 'path'>;

const requestTones = { good: 'flows', warn: 'moved', bad: 'broken', unknown: 'unknown' } as const;

function requests({ chips }: Layout): readonly (Bare & { readonly to: Area })[] {
  return chips.map((chip) => ({
    key: `to ${chip.key}`,
    tone: requestTones[chip.tone],
    to: chip,
  }));
}

function deliveries(
  { cards, chips }: Layout,
  backends: EdgeView['backends'],
): readonly (Bare & { readonly from: Card; readonly to: Card })[] {
  const pairs = new Map<string, { readonly balancer: string; readonly server: string; readonly up: boolean }>();
  for (const { balancer, name, up } of backends) {
    const key = `${balancer} ${name}`;
    pairs.set(key, { balancer, server: name, up: up && pairs.get(key)?.up !== false });
  }
  const places = new Map(cards.map((card) => [card.name, card]));
  const serving = new Set(chips.map(({ holder }) => holder));
  return [...pairs].flatMap(([key, { balancer, server, up }]) => {
    const [from, to] = [places.get(balancer), places.get(server)];
    if (from === undefined || to === undefined) return [];
    return [{ key, tone: !up ? 'broken' : serving.has(balancer) ? 'flows' : 'ready', from, to } as const];
  });
}

interface Between {
  readonly name: string;
  readonly from: Area;
  readonly to: Area;
}

/** One line for each tone there is, beside each other. */
function together(layout: Layout, flows: readonly Bare[], { name, from, to }: Between): readonly Flow[] {
  const tones = (['flows', 'moved', 'unknown', 'broken', 'ready'] as const).filter((tone) =>
    flows.some((flow) => flow.tone === tone),
  );
  // That some are ready is nothing to see while others serve.
  const drawn = tones.length > 1 ? tones.filter((tone) => tone !== 'ready') : tones;
  return drawn.map((tone, index) => {
    const aside = (index - (drawn.length - 1) / 2) * beside;
    const moved = (area: Area): Area =>
      layout.direction === 'across' ? { ...area, y: area.y + aside } : { ...area, x: area.x + aside };
    return { key: `${name} ${tone}`, tone, path: path(layout, moved(from), moved(to)) };
  });
}

/** From the edge of one to the edge of the other that faces it. */
function path({ direction }: Layout, from: Area, to: Area): string {
  const across = direction === 'across';
  const [x1, y1, x2, y2] = across
    ? [from.x + from.width, middle(from.y, from.height), to.x, middle(to.y, to.height)]
    : [middle(from.x, from.width), from.y + from.height, middle(to.x, to.width), to.y];
  const [bendX, bendY] = across ? [(x2 - x1) / 2, 0] : [0, (y2 - y1) / 2];
  const points = [x1, y1, x1 + bendX, y1 + bendY, x2 - bendX, y2 - bendY, x2, y2].map(round);
  return `M${points.slice(0, 2).join(' ')}C${points.slice(2).join(' ')}`;
}

function middle(start: number, length: number): number {
  return start + length / 2;
}

function round(rem: number): number {
  return Math.round(rem * 100) / 100;
}
