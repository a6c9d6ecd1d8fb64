import type { EdgeView } from '../src/report/edge-view.ts';
import type { Area, Card, Layout, Panel } from './picture-layout.ts';

/** A line of the picture. `query`: names are asked for. `ready`: it could be used, and is not. */
export interface Flow {
  readonly key: string;
  readonly tone: 'query' | 'flows' | 'moved' | 'ready' | 'broken';
  /** Where it goes, as an SVG path in rem. */
  readonly path: string;
}

/** More lines than these can't be told apart: then one goes from each balancer to all of them, and one to each that is down. */
const mostLines = 48;

/** The lines between what was placed: who asks whom, who serves, and where nothing gets through. */
export function flowsOf(layout: Layout, backends: EdgeView['backends']): readonly Flow[] {
  const clients = layout.panels.find(({ kind }) => kind === 'client');
  return [
    ...(clients === undefined ? [] : [...queries(layout, clients), ...requests(layout, clients)]),
    ...deliveries(layout, backends),
  ];
}

function queries(layout: Layout, clients: Panel): readonly Flow[] {
  const panel = layout.panels.find(({ kind }) => kind === 'nameserver');
  if (panel === undefined) return [];
  // In both directions nameservers are above or below the clients.
  const above = panel.y < clients.y;
  const [from, to] = above ? [panel, clients] : [clients, panel];
  const x = clients.x + clients.width / 2;
  return [{ key: 'names', tone: 'query', path: `M${x} ${from.y + from.height}V${to.y}` }];
}

function requests(layout: Layout, clients: Panel): readonly Flow[] {
  const holders = layout.cards.filter(({ kind }) => kind === 'balancer');
  if (layout.chips.length <= 12) {
    return layout.chips.map((chip) => ({
      key: `to ${chip.key}`,
      tone: chip.holder === undefined || chip.tone === 'bad' ? 'broken' : chip.tone === 'warn' ? 'moved' : 'flows',
      path: path(layout, clients, chip),
    }));
  }
  return holders.flatMap((host) => {
    const chips = layout.chips.filter(({ holder }) => holder === host.name);
    if (chips.length === 0) return [];
    const tone = chips.some((chip) => chip.tone === 'bad') ? 'broken' : 'flows';
    return [{ key: `to ${host.name}`, tone, path: path(layout, clients, host) } as const];
  });
}

function deliveries(layout: Layout, backends: EdgeView['backends']): readonly Flow[] {
  const pairs = new Map<string, { readonly balancer: string; readonly server: string; readonly up: boolean }>();
  for (const { balancer, name, up } of backends) {
    const key = `${balancer} ${name}`;
    pairs.set(key, { balancer, server: name, up: up && pairs.get(key)?.up !== false });
  }
  const cards = new Map(layout.cards.map((card) => [card.name, card]));
  const serving = new Set(layout.chips.map(({ holder }) => holder));
  const servers = layout.panels.find(({ kind }) => kind === 'web');
  const many = pairs.size > mostLines;
  const single = [...pairs].filter(([, { up }]) => !many || !up).slice(0, mostLines);
  const tone = (balancer: string, up: boolean): Flow['tone'] =>
    !up ? 'broken' : serving.has(balancer) ? 'flows' : 'ready';
  return [
    ...single.flatMap(([key, { balancer, server, up }]): readonly Flow[] => {
      const [from, to] = [cards.get(balancer), cards.get(server)];
      if (from === undefined || to === undefined) return [];
      return [{ key, tone: tone(balancer, up), path: path(layout, from, to) }];
    }),
    ...(many && servers !== undefined
      ? [...new Set([...pairs.values()].map(({ balancer }) => balancer))].flatMap((name): readonly Flow[] => {
          const from: Card | undefined = cards.get(name);
          if (from === undefined) return [];
          const [state] = [serving.has(name) ? 'flows' : 'ready'] as const;
          return [{ key: `${name} all`, tone: state, path: path(layout, from, servers) }];
        })
      : []),
  ];
}

/** From the edge of one to the edge of the other that faces it. */
function path({ direction }: Layout, from: Area, to: Area): string {
  if (direction === 'across') {
    const [x1, y1, x2, y2] = [from.x + from.width, middle(from.y, from.height), to.x, middle(to.y, to.height)];
    const bend = (x2 - x1) / 2;
    return `M${round(x1)} ${round(y1)}C${round(x1 + bend)} ${round(y1)} ${round(x2 - bend)} ${round(y2)} ${round(x2)} ${round(y2)}`;
  }
  const [x1, y1, x2, y2] = [middle(from.x, from.width), from.y + from.height, middle(to.x, to.width), to.y];
  const bend = (y2 - y1) / 2;
  return `M${round(x1)} ${round(y1)}C${round(x1)} ${round(y1 + bend)} ${round(x2)} ${round(y2 - bend)} ${round(x2)} ${round(y2)}`;
}

function middle(start: number, length: number): number {
  return start + length / 2;
}

function round(rem: number): number {
  return Math.round(rem * 100) / 100;
}
