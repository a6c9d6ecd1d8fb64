import { holderNames } from '../src/report/read-holder-event.ts';
import { listFirst } from '../src/base/list-first.ts';
import { computed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { HoldingRow, Topology } from '../src/report/edge-view.ts';
import { past, shown } from './edge-state.ts';
import { find, isFound } from './find.ts';
import { holdingTone } from './holding.ts';
import { type HostState, hostStates, trafficWords } from './host-state.ts';
import { flowsOf } from './picture-flows.ts';
import { type Area, type Card, type Chip, layOut, type Panel } from './picture-layout.ts';
import { PictureLegend } from './picture-legend.tsx';
import { Scrubber } from './scrubber.tsx';
import { Section } from './section.tsx';
import { toneSigns } from './tone.ts';
import { rate } from './words.ts';

const unknown: HostState = { tone: 'unknown', words: 'not known yet' };

const states = computed(() =>
  hostStates({
    balancers: shown.balancers.value,
    backends: shown.backends.value,
    nameservers: shown.nameservers.value,
    webServers: shown.webServers.value,
  }),
);
const traffic = computed(() => new Map(shown.traffic.value.map((row) => [row.key, row])));
/** Requests of all clients, a second. */
const asked = computed(() => shown.traffic.value.reduce((sum, row) => sum + row.requestsPerSecond, 0));

/**
 * The edge as it is now, or was: clients, nameservers, balancers with the VIPs they hold, web servers, and who serves whom. Tables of
 * the same facts are below, so to a screen reader this is one picture with a sentence.
 */
export function TopologyPicture({ topology }: { topology: Topology }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useSignal(0);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const measure = (): void => {
      const rem = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      width.value = element.clientWidth / rem;
    };
    measure();
    const sizes = new ResizeObserver(measure);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  return (
    <Section id="picture" title={past.value === undefined ? 'Now' : 'Then'} aside={<PictureLegend />}>
      <div class="picture" ref={box} role="img" aria-label={summary(shown.holdings.value)}>
        {width.value > 0 && <Drawing topology={topology} width={width.value} />}
      </div>
      <Scrubber />
    </Section>
  );
}

function Drawing({ topology, width }: { topology: Topology; width: number }) {
  const holdings = shown.holdings.value;
  const layout = useMemo(() => layOut(topology, holdings, width), [topology, holdings, width]);
  const backends = shown.backends.value;
  const flows = useMemo(() => flowsOf(layout, backends), [layout, backends]);
  const addresses = useMemo(() => new Map(topology.hosts.map((host) => [host.name, host.addresses])), [topology]);
  const unmanaged = useMemo(
    () => new Set(topology.hosts.flatMap(({ name, managed }) => (managed ? [] : [name]))),
    [topology],
  );
  return (
    <div class="drawing" style={{ height: `${layout.height}rem` }}>
      {layout.panels.map((panel) => (
        <PanelBox key={panel.kind} panel={panel} topology={topology} />
      ))}
      <svg class="flows" viewBox={`0 0 ${width} ${layout.height}`} preserveAspectRatio="none">
        {flows.map(({ key, tone, path }) => (
          <path key={key} class={`flow ${tone}`} d={path} />
        ))}
      </svg>
      {layout.cards.map((card) => (
        <HostCard
          key={card.name}
          card={card}
          state={states.value.get(card.name) ?? unknown}
          address={listFirst(addresses.get(card.name) ?? [], 1)}
          extra={extraOf(card, unmanaged)}
          hidden={layout.hidden.get(card.name)}
        />
      ))}
      {layout.chips.map((chip) => (
        <VipChip key={chip.key} chip={chip} />
      ))}
    </div>
  );
}

function extraOf({ name, kind }: Card, unmanaged: ReadonlySet<string>): string {
  if (kind === 'balancer') return trafficWords(traffic.value.get(name)) ?? '';
  return unmanaged.has(name) ? 'not managed' : '';
}

function PanelBox({ panel, topology }: { panel: Panel; topology: Topology }) {
  return (
    <div class={`panel ${panel.kind}`} style={placed(panel)}>
      <span class="panel-title">{panel.title}</span>
      {panel.kind === 'client' && (
        <>
          <span class="panel-words">
            of{' '}
            {listFirst(
              topology.sites.map(({ name }) => name),
              1,
            )}
          </span>
          {traffic.value.size > 0 && <span class="panel-words">{rate(asked.value)} req/s in all</span>}
        </>
      )}
    </div>
  );
}

interface HostCardProps {
  readonly card: Card;
  readonly state: HostState;
  readonly address: string;
  readonly extra: string;
  readonly hidden: number | undefined;
}

function HostCard({ card, state, address, extra, hidden }: HostCardProps) {
  const dim = find.value !== '' && !isFound(`${card.name} ${address} ${state.words}`, find.value);
  const classes = `host ${card.kind} ${card.size} ${state.tone}${dim ? ' dim' : ''}`;
  return (
    <div class={classes} style={placed(card)} title={`${card.name} ${address}: ${state.words}`}>
      <span class="line">
        <span class="name">{card.name}</span>
        <span class={`sign ${state.tone}`}>
          {toneSigns[state.tone]}
          {card.size === 'card' && state.tone === 'good' ? ' up' : ''}
        </span>
      </span>
      {card.size === 'card' && (
        <>
          <span class="line address">{address}</span>
          <span class={`line words ${state.tone}`}>
            {state.words === 'up' ? extra : state.words}
            {hidden === undefined ? '' : ` · and ${hidden} more VIPs`}
          </span>
        </>
      )}
    </div>
  );
}

/** A VIP; when it is placed elsewhere it goes there, and shows for a moment that it came. */
function VipChip({ chip }: { chip: Chip }) {
  const came = useRef(0);
  const before = useRef(chip.holder);
  if (before.current !== chip.holder) {
    before.current = chip.holder;
    came.current += 1;
  }
  const { tone, vip, address, size } = chip;
  const words = chip.holder === undefined ? `${vip}: nobody` : vip;
  const turn = came.current === 0 ? '' : came.current % 2 === 0 ? ' came again' : ' came';
  return (
    <div class={`vip ${tone}${turn}`} style={placed(chip)} title={`${vip} ${address}`}>
      <span class="name">
        {tone === 'good' ? '' : `${toneSigns[tone]} `}
        {words}
      </span>
      {size === 'full' && <span class="address">{address}</span>}
    </div>
  );
}

/** A place as style. It moves by `transform`, which browsers do without a new layout. */
function placed({ x, y, width, height }: Area) {
  return { transform: `translate(${x}rem, ${y}rem)`, width: `${width}rem`, height: `${height}rem` };
}

function summary(holdings: readonly HoldingRow[]): string {
  if (holdings.length === 0) return 'The edge; who holds what is not known yet';
  const said = holdings.map((row) => {
    const silent = holdingTone(row) === 'unknown' ? ', which does not answer' : '';
    return `${row.key} is held by ${holderNames(row.holders)}${silent}`;
  });
  return said.length <= 8 ? said.join('; ') : `${said.length} VIPs; the table of VIPs says who holds each`;
}
