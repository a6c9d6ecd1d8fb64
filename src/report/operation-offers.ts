import { counted } from '../base/counted.ts';
import { listFirst } from '../base/list-first.ts';
import { backendTurns } from './backend-offers.ts';
import type { EdgeView, OperationRow, Topology, ViewTables } from './edge-view.ts';
import { offerRow } from './offer-row.ts';

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
        return offerRow({
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
  return balancers.flatMap((name) => {
    const now = view.balancers.find(({ host }) => host === name);
    const silent = now?.reachable === true ? undefined : `${name} does not answer`;
    const drain = (effects: readonly string[], refusal: string | undefined): OperationRow =>
      offerRow({ does: 'drain', subject: name, target: '', title: `Drain ${name}`, effects, promisedMs: 0, refusal });
    if (now?.drained === true) {
      const home = vips.filter((vip) => vip.balancers[0] === name).map((vip) => vip.name);
      return [
        offerRow({
          does: 'undrain',
          subject: name,
          target: '',
          title: `Undrain ${name}`,
          effects: [
            `${name} may hold VIPs again.`,
            home.length === 0 ? '' : `${home.join(' and ')} come home to it without loss.`,
          ],
          promisedMs: 0,
          refusal: silent,
        }),
        // Who has drained it may have gone before its last connection.
        drain([`${name} is drained already. This waits again until its connections have ended by themselves.`], silent),
      ];
    }
    const others = balancers.filter((other) => other !== name && unfit(view, other) === undefined);
    const held = view.holdings.filter(({ holders }) => holders.includes(name)).map(({ key }) => key);
    return [
      drain(
        [
          held.length === 0
            ? `${name} holds no VIP now.`
            : `${held.join(' and ')} move to other balancers first, without loss.`,
          `${name} then holds none, also after a reboot, until it is undrained; its connections may end by themselves.`,
        ],
        silent ?? (others.length === 0 ? 'no other balancer could take its VIPs' : undefined),
      ),
    ];
  });
}

function drillRow({ name, title, promisedMs }: DrillOffer, view: EdgeView): OperationRow {
  return offerRow({
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
