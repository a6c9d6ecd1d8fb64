import type { Model } from '../model/model.ts';
import { cardAreas } from './diagram-card.ts';
import type { FlowPlan, PlacedPanel } from './diagram-flow.ts';
import { balancerFlow, type Flow, flowInk, holdersOf, poolFlow } from './diagram-live.ts';
import { fonts } from './diagram-scene.ts';
import type { Area, Ink, LineShape, Shape } from './diagram-scene.ts';
import type { EdgeStatus } from './edge-status.ts';

/** Where the response runs back, below the panels. */
const returnDepth = 26;

/** Every arrow of the flow, with the number of its step. */
export function flowLines(model: Model, plan: FlowPlan, status: EdgeStatus | undefined): readonly Shape[] {
  return [
    ...nameLines(plan, status),
    ...vipLines(plan),
    ...holderLines(model, plan, status),
    ...poolLines(model, plan, status),
    ...returnLines(plan),
  ];
}

/** Step 1: the query up, the answer down. */
function nameLines(plan: FlowPlan, status: EdgeStatus | undefined): readonly Shape[] {
  const { clients, nameservers } = plan;
  const bottom = nameservers.y + nameservers.size.height;
  const third = clients.size.width / 3;
  const up = clients.x + third;
  const down = clients.x + 2 * third;
  const middle = (bottom + clients.y) / 2;
  const silent = status !== undefined && status.nameservers.every(({ answering }) => !answering);
  return [
    arrow('nameserver', [
      [up, clients.y],
      [up, bottom],
    ]),
    arrow(silent ? 'bad' : 'nameserver', [
      [down, bottom],
      [down, clients.y],
    ]),
    ...badge(1, { x: up, y: middle }, 'nameserver'),
    { kind: 'text', x: down + 10, y: middle + 4, text: 'VIPs', font: fonts.body, anchor: 'start', ink: 'quiet' },
  ];
}

/** Step 2: from the clients to every VIP. */
function vipLines(plan: FlowPlan): readonly Shape[] {
  const { clients, vips } = plan;
  const from = clients.x + clients.size.width;
  const trunk = (from + vips.x) / 2;
  const y = clients.y + clients.size.height / 2;
  const targets = middles(vips);
  return [
    ...targets.map((target) =>
      arrow('client', [
        [from, y],
        [trunk, y],
        [trunk, target],
        [vips.x, target],
      ]),
    ),
    ...badge(2, { x: trunk, y }, 'client'),
  ];
}

/** Step 3: each VIP to its preferred balancer, with a status to its holder, and dashed to those that back it up. */
function holderLines(model: Model, plan: FlowPlan, status: EdgeStatus | undefined): readonly Shape[] {
  const { vips, balancers } = plan;
  const from = vips.x + vips.size.width;
  const starts = middles(vips);
  const ends = middles(balancers);
  // With many balancers only the first backup is drawn; the cards name all.
  const drawn = model.vips.length * model.balancers.length > 16 ? 2 : model.balancers.length;
  const lines = model.vips.flatMap((vip, index) => {
    const holders = status === undefined ? [vip.preferred] : holdersOf(vip, status);
    const ink = holders.length === 1 ? 'vip' : 'bad';
    const claims = vip.claims.filter((claim, place) => place < drawn || holders.includes(claim.balancer));
    return claims.flatMap((claim): readonly LineShape[] => {
      const place = model.balancers.findIndex((balancer) => balancer.name === claim.balancer);
      const start = starts[index];
      const end = ends[place];
      if (start === undefined || end === undefined) return [];
      // Lines leave and arrive one below the other, so that each arrowhead is seen.
      const points = [
        [from, start + spread(place, model.balancers.length)],
        [balancers.x, end + spread(index, model.vips.length)],
      ] as const;
      return holders.includes(claim.balancer)
        ? [arrow(ink, points)]
        : [{ ...arrow(holders.length === 0 ? 'bad' : 'vip', points), stroke: 'dashed', width: 1.3 }];
    });
  });
  const dashedFirst = lines.toSorted((a, b) => Number(a.stroke === 'solid') - Number(b.stroke === 'solid'));
  return [...dashedFirst, ...badge(3, { x: (from + balancers.x) / 2, y: Math.min(...starts, ...ends) - 34 }, 'vip')];
}

function spread(index: number, count: number): number {
  const step = Math.min(14, 56 / count);
  return (index - (count - 1) / 2) * step;
}

/** Steps 4 and 5: every balancer to every pool. */
function poolLines(model: Model, plan: FlowPlan, status: EdgeStatus | undefined): readonly Shape[] {
  const { balancers, pools } = plan;
  const from = balancers.x + balancers.size.width;
  const to = pools[0]?.x ?? from;
  const trunk = (from + to) / 2;
  const starts = middles(balancers);
  const ends = pools.map((pool) => pool.y + pool.size.height / 2);
  const joint = ends.length === 0 ? 0 : (Math.min(...ends) + Math.max(...ends)) / 2;
  return [
    ...brokenFirst(
      starts.map((start, index) => {
        const name = model.balancers[index]?.name;
        return flowLine(name === undefined || status === undefined ? 'flows' : balancerFlow(name, status), [
          [from, start],
          [trunk, start],
          [trunk, joint],
        ]);
      }),
    ),
    ...brokenFirst(
      ends.map((end, index) => {
        const pool = model.pools[index];
        const flow = pool === undefined || status === undefined ? 'flows' : poolFlow(pool, status);
        const points = [
          [trunk, joint],
          [trunk, end],
          [to, end],
        ] as const;
        return { ...flowLine(flow, points), end: 'arrow' as const };
      }),
    ),
    ...badge(4, { x: trunk, y: joint - 13 }, 'web'),
    ...badge(5, { x: trunk, y: joint + 13 }, 'web'),
  ];
}

/** Steps 6 and 7: the response back below everything. */
function returnLines(plan: FlowPlan): readonly Shape[] {
  const { balancers, clients, pools, height } = plan;
  const last = pools.at(-1);
  if (last === undefined) return [];
  const y = height + returnDepth;
  const web = last.x + last.size.width / 2;
  const balancer = balancers.x + balancers.size.width / 2;
  const client = clients.x + clients.size.width / 2;
  const balancerBottom = balancers.y + balancers.size.height;
  return [
    arrow('web', [
      [web, last.y + last.size.height],
      [web, y],
      [balancer + 18, y],
      [balancer + 18, balancerBottom],
    ]),
    arrow('balancer', [
      [balancer - 18, balancerBottom],
      [balancer - 18, y],
      [client, y],
      [client, clients.y + clients.size.height],
    ]),
    ...badge(6, { x: (web + balancer) / 2, y }, 'web'),
    ...badge(7, { x: (balancer + client) / 2, y }, 'balancer'),
  ];
}

/** A number in a circle; the steps below tell what it stands for. */
export function badge(
  number: number,
  { x, y }: { readonly x: number; readonly y: number },
  ink: Ink,
): readonly Shape[] {
  return [
    { kind: 'dot', x, y, radius: 11, ink, style: 'fill' },
    { kind: 'text', x, y: y + 4.3, text: String(number), font: fonts.heading, anchor: 'middle', ink: 'paper' },
  ];
}

function middles(placed: PlacedPanel): readonly number[] {
  return cardAreas(placed.panel, placed.size, placed).map((area: Area) => area.y + area.height / 2);
}

/** A broken flow is red and dashed. */
function flowLine(flow: Flow, points: LineShape['points']): LineShape {
  const drawn = line(flowInk(flow, 'web'), points);
  return flow === 'broken' ? { ...drawn, stroke: 'dashed' } : drawn;
}

/** Where lines share a way, one that flows is seen. */
function brokenFirst(lines: readonly LineShape[]): readonly LineShape[] {
  return lines.toSorted((a, b) => Number(a.ink !== 'bad') - Number(b.ink !== 'bad'));
}

function line(ink: Ink, points: LineShape['points']): LineShape {
  return { kind: 'line', points, ink, width: 1.8, stroke: 'solid', end: 'plain' };
}

function arrow(ink: Ink, points: LineShape['points']): LineShape {
  return { ...line(ink, points), end: 'arrow' };
}
