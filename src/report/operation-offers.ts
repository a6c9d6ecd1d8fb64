import { counted } from '../base/counted.ts';
import { listFirst } from '../base/list-first.ts';
import type { EdgeView, OperationRow, Topology, ViewTables } from './edge-view.ts';

/** A fault that can be drilled, for the list of operations. */
export interface DrillOffer {
  /** `nginx-dead:lb1`. */
  readonly name: string;
  readonly title: string;
  /** Null: until it is repaired. */
  readonly promisedMs: number | null;
}

function drillTitle(name: string): string {
  return `Drill ${name}`;
}

/** Whether an operation of this title is a drill. */
export function isDrill({ title }: Pick<OperationRow, 'title'>): boolean {
  return title.startsWith(drillTitle(''));
}

/** The planned operations of an edge, each with what it does and, when it is not safe now, why. Pure; the order is that of the file. */
export function operationOffers(
  topology: Topology,
  view: EdgeView,
  drills: readonly DrillOffer[],
): readonly OperationRow[] {
  const general = generalRefusal(view);
  return [
    ...moves(topology, view),
    ...balancerTurns(topology, view),
    ...backendTurns(topology, view),
    ...drills.map((drill) => drillRow(drill, view)),
  ].map((row) => (general === undefined ? row : { ...row, refusal: general }));
}

/** What keeps everything from being safe: nobody knows what is true. */
function generalRefusal({ look: [look] }: EdgeView): string | undefined {
  if (look === undefined || look.state === 'never') return 'the edge was not looked at yet';
  return look.state === 'stale' ? `what is shown is old: ${look.reason ?? 'the last look failed'}` : undefined;
}

function moves({ vips }: Topology, view: EdgeView): readonly OperationRow[] {
  return vips.flatMap(({ name, balancers }) => {
    const holding = view.holdings.find(({ key }) => key === name);
    const holders = holding?.holders ?? [];
    return balancers
      .filter((target) => !(holders.length === 1 && holders[0] === target))
      .map((target) => {
        const [from] = holders;
        const refusal =
          holders.length > 1 ? `${holders.join(' and ')} hold ${name} at once` : unfit(view, target, name);
        return row({
          does: 'move',
          subject: name,
          target,
          title: `Move ${name} to ${target}`,
          effects: [
            from === undefined
              ? `${target} takes ${name}, which nobody holds.`
              : `${target} takes ${name} before ${from} lets go of it: no request fails, and no connection breaks.`,
            target === balancers[0]
              ? `${name} is then where the file wants it.`
              : `It stays there, also after a reboot, until it is moved again; the file prefers ${balancers[0] ?? 'nobody'}.`,
          ],
          promisedMs: 0,
          refusal,
        });
      });
  });
}

function balancerTurns({ hosts, vips }: Topology, view: EdgeView): readonly OperationRow[] {
  const balancers = hosts.filter(({ kind }) => kind === 'balancer').map(({ name }) => name);
  return balancers.map((name) => {
    const now = view.balancers.find(({ host }) => host === name);
    if (now?.drained === true) {
      const home = vips.filter((vip) => vip.balancers[0] === name).map((vip) => vip.name);
      return row({
        does: 'undrain',
        subject: name,
        target: '',
        title: `Undrain ${name}`,
        effects: [
          `${name} may hold VIPs again.`,
          home.length === 0 ? '' : `${home.join(' and ')} come home to it without loss.`,
        ],
        promisedMs: 0,
        refusal: now.reachable ? undefined : `${name} does not answer`,
      });
    }
    const others = balancers.filter((other) => other !== name && unfit(view, other) === undefined);
    const held = view.holdings.filter(({ holders }) => holders.includes(name)).map(({ key }) => key);
    return row({
      does: 'drain',
      subject: name,
      target: '',
      title: `Drain ${name}`,
      effects: [
        held.length === 0
          ? `${name} holds no VIP now.`
          : `${held.join(' and ')} move to other balancers first, without loss.`,
        `${name} then holds none, also after a reboot, until it is undrained; its connections may end by themselves.`,
      ],
      promisedMs: 0,
      refusal:
        now?.reachable !== true
          ? `${name} does not answer`
          : others.length === 0
            ? 'no other balancer could take its VIPs'
            : undefined,
    });
  });
}

function backendTurns({ pools }: Topology, view: EdgeView): readonly OperationRow[] {
  const poolsOf = new Map<string, Set<string>>();
  for (const { name: pool, backends } of pools) for (const backend of backends) addTo(poolsOf, placeOf(backend), pool);
  // Both are gathered once: an edge with a thousand rows of backends asks for each of them, with each look.
  const drained = new Set(view.balancers.flatMap(({ drainedBackends }) => drainedBackends));
  const upOf = new Map<string, Set<string>>();
  for (const row of view.backends) {
    // One that is drained is well, and takes no new client all the same.
    if (row.up && !drained.has(placeOf(row)) && !drained.has(row.name)) addTo(upOf, row.pool, placeOf(row));
  }
  return [...poolsOf].map(([place, having]) => {
    const host = place.slice(0, place.lastIndexOf(':'));
    const of = [...having].join(', ');
    if (drained.has(place) || drained.has(host)) {
      return row({
        does: 'undrain',
        subject: drained.has(place) ? place : host,
        target: '',
        title: `Undrain ${drained.has(place) ? place : host}`,
        effects: [`New clients of ${of} are sent to it again, by every balancer, without a reload.`],
        promisedMs: 0,
        refusal: undefined,
      });
    }
    const emptied = [...having].filter((pool) => leavesNothing(upOf.get(pool), place));
    return row({
      does: 'drain',
      subject: place,
      target: '',
      title: `Drain ${place}`,
      effects: [
        `New clients of ${of} are sent elsewhere by every balancer, without a reload; requests under way end normally.`,
        'Clients with its cookie stay on it.',
      ],
      promisedMs: 0,
      refusal: emptied.length === 0 ? undefined : `${emptied.join(' and ')} would have no other backend that is up`,
    });
  });
}

function drillRow({ name, title, promisedMs }: DrillOffer, view: EdgeView): OperationRow {
  return row({
    does: 'drill',
    subject: name,
    target: '',
    title: drillTitle(name),
    effects: [
      `${title}, for real, in the lab.`,
      'A client measures what it notices; then everything is healed and held against the promise.',
    ],
    promisedMs: promisedMs ?? -1,
    refusal: notReady(view),
  });
}

/** Why a drill would be refused, or say nothing of the edge of the file; undefined: it may be held. */
function notReady({ problems, pending: [pending] }: EdgeView): string | undefined {
  const error = problems.find(({ severity }) => severity === 'error');
  if (error !== undefined) return `the edge is not well: ${error.message}`;
  if (pending?.state !== 'changes') return undefined;
  const { hosts } = pending;
  return `${counted(hosts.length, 'host differs', 'hosts differ')} from the file: ${listFirst(hosts, 6)}; evenkeel apply first`;
}

/** How a backend is named, as `drain` takes it. */
function placeOf({ name, port }: { readonly name: string; readonly port: number }): string {
  return `${name}:${port}`;
}

/** Whether none but this one is among the backends of a pool that a balancer sees up. */
function leavesNothing(up: ReadonlySet<string> | undefined, place: string): boolean {
  return up === undefined || up.size === 0 || (up.size === 1 && up.has(place));
}

function addTo(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key) ?? new Set<string>();
  sets.set(key, set.add(value));
}

/** Why a balancer can't take VIPs, or this one; undefined: it can. */
function unfit({ balancers }: EdgeView, name: string, vip?: string): string | undefined {
  const now: ViewTables['balancers'] | undefined = balancers.find(({ host }) => host === name);
  if (now === undefined || !now.reachable) return `${name} does not answer`;
  if (now.drained) return `${name} is drained`;
  if (now.keepalived !== 'active') return `keepalived of ${name} is ${now.keepalived}`;
  if (now.nginx !== 'active') return `NGINX of ${name} is ${now.nginx}`;
  if (now.nginxHangs) return `NGINX of ${name} does not answer`;
  if (now.agentSees?.isolated === true) return `${name} is cut off from all others`;
  if (now.agentSees?.blind === true) return `${name} reaches no backend`;
  return vip !== undefined && now.agentSees?.yielded.includes(vip) === true
    ? `${name} left ${vip} to another balancer, which it does not hear`
    : undefined;
}

function row({
  refusal,
  effects,
  ...rest
}: Omit<OperationRow, 'key' | 'refusal'> & { readonly refusal: string | undefined }): OperationRow {
  const key = [rest.does, rest.subject, rest.target].filter((word) => word !== '').join(' ');
  return {
    key,
    ...rest,
    effects: effects.filter((text) => text !== ''),
    ...(refusal === undefined ? {} : { refusal }),
  };
}
