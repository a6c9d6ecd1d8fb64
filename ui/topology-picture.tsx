import type { EdgeView, Topology } from '../src/report/edge-view.ts';
import { view } from './edge-state.ts';

const boxWidth = 210;
const gap = 18;
const column = { balancers: 250, web: 620, names: 20 };

/** A box of the picture. */
interface Box {
  readonly name: string;
  readonly y: number;
  readonly height: number;
}

/**
 * The edge as it is now: names on the left, balancers with the VIPs they hold in the middle, servers on the right. A table of
 * the same facts is below, so to a screen reader this is one picture with a sentence.
 */
export function TopologyPicture({ topology }: { topology: Topology }) {
  const now = view.value;
  const balancers = boxes(topology, 'balancer', (name) => 54 + 26 * heldBy(now, name).length);
  const servers = boxes(topology, 'web', () => 50);
  const names = boxes(topology, 'nameserver', () => 50);
  const height = Math.max(...[balancers, servers, names].map((column) => bottom(column))) + gap;
  const summary = now.holdings
    .map(({ key, holders }) => `${key} is held by ${holders.length === 0 ? 'nobody' : holders.join(' and ')}`)
    .join('; ');
  return (
    <section aria-labelledby="picture-title">
      <h2 id="picture-title">Now</h2>
      <div class="picture">
        <svg
          viewBox={`0 0 ${column.web + boxWidth + 20} ${height}`}
          role="img"
          aria-label={summary === '' ? 'The edge; who holds what is not known yet' : summary}
        >
          {balancers.flatMap((balancer) =>
            servers.map((server) => (
              <Flow key={`${balancer.name} ${server.name}`} view={now} balancer={balancer} server={server} />
            )),
          )}
          {names.map((box) => (
            <HostBox key={box.name} box={box} x={column.names} state={nameserverState(now, box.name)} />
          ))}
          {balancers.map((box) => (
            <HostBox key={box.name} box={box} x={column.balancers} state={balancerState(now, box.name)} />
          ))}
          {servers.map((box) => (
            <HostBox key={box.name} box={box} x={column.web} state={serverState(now, box.name)} />
          ))}
          {balancers.flatMap((box) =>
            heldBy(now, box.name).map((vip, index) => (
              <g
                key={vip.key}
                class={`vip ${vip.holders.length > 1 ? 'bad' : vip.preferred === box.name ? 'good' : 'warn'}`}
                style={{ transform: `translate(${column.balancers + 10}px, ${box.y + 46 + 26 * index}px)` }}
              >
                <rect width={boxWidth - 20} height={22} rx={4} />
                <text x={8} y={15}>
                  {vip.key} {vip.addresses[0]}
                </text>
              </g>
            )),
          )}
        </svg>
      </div>
    </section>
  );
}

interface State {
  readonly tone: 'good' | 'warn' | 'bad' | 'unknown';
  readonly words: string;
}

function HostBox({ box, x, state }: { box: Box; x: number; state: State }) {
  return (
    <g class={`host ${state.tone}`}>
      <rect x={x} y={box.y} width={boxWidth} height={box.height} rx={6} />
      <text class="name" x={x + 10} y={box.y + 20}>
        {box.name}
      </text>
      <text class="words" x={x + 10} y={box.y + 37}>
        {state.words}
      </text>
    </g>
  );
}

function Flow({ view: now, balancer, server }: { view: EdgeView; balancer: Box; server: Box }) {
  const rows = now.backends.filter((row) => row.balancer === balancer.name && row.name === server.name);
  if (rows.length === 0) return null;
  const serves = heldBy(now, balancer.name).length > 0;
  const tone = rows.every(({ up }) => up) ? (serves ? 'flows' : 'ready') : 'broken';
  const [x1, x2] = [column.balancers + boxWidth, column.web];
  const [y1, y2] = [balancer.y + balancer.height / 2, server.y + server.height / 2];
  return <path class={`flow ${tone}`} d={`M${x1} ${y1} C${x1 + 80} ${y1} ${x2 - 80} ${y2} ${x2} ${y2}`} />;
}

function boxes(
  { hosts }: Topology,
  kind: 'balancer' | 'nameserver' | 'web',
  heightOf: (name: string) => number,
): readonly Box[] {
  let y = gap;
  return hosts
    .filter((host) => host.kind === kind)
    .map(({ name }) => {
      const height = heightOf(name);
      const box = { name, y, height };
      y += height + gap;
      return box;
    });
}

function bottom(column: readonly Box[]): number {
  const last = column.at(-1);
  return last === undefined ? 0 : last.y + last.height;
}

function heldBy(now: EdgeView, name: string) {
  return now.holdings.filter(({ holders }) => holders.includes(name));
}

function balancerState(now: EdgeView, name: string): State {
  const row = now.balancers.find(({ host }) => host === name);
  if (row === undefined) return { tone: 'unknown', words: 'not asked yet' };
  if (!row.reachable) return { tone: 'bad', words: 'does not answer' };
  if (row.drained) return { tone: 'warn', words: 'drained' };
  if (row.nginx !== 'active') return { tone: 'bad', words: `NGINX ${row.nginx}` };
  if (row.nginxHangs) return { tone: 'bad', words: 'NGINX hangs' };
  if (row.keepalived !== 'active') return { tone: 'bad', words: `keepalived ${row.keepalived}` };
  if (row.agentSees?.isolated === true) return { tone: 'bad', words: 'cut off from all others' };
  if (row.agent !== undefined && row.agent !== 'active') return { tone: 'warn', words: `agent ${row.agent}` };
  return { tone: 'good', words: 'NGINX, keepalived and agent run' };
}

function nameserverState(now: EdgeView, name: string): State {
  const row = now.nameservers.find(({ host }) => host === name);
  if (row === undefined) return { tone: 'unknown', words: 'not asked yet' };
  if (!row.answering) return { tone: 'bad', words: 'does not answer DNS' };
  return { tone: 'good', words: `answers ${row.answers.join(', ')}` };
}

function serverState(now: EdgeView, name: string): State {
  const rows = now.backends.filter((row) => row.name === name);
  if (rows.length === 0) return { tone: 'unknown', words: 'no pool has it' };
  const down = rows.filter(({ up }) => !up);
  if (down.length === 0) return { tone: 'good', words: 'up for every balancer' };
  const [first] = down;
  return down.length === rows.length
    ? { tone: 'bad', words: `down: ${first?.reason ?? ''}` }
    : { tone: 'warn', words: `down for ${down.map(({ balancer }) => balancer).join(', ')}` };
}
