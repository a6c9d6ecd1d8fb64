import { counted } from '../base/counted.ts';
import type { Condition, ConditionSource, SeenConditions } from './alert-condition.ts';
import { explainConditions } from './alert-causes.ts';
import { kindOfProblem } from './alert-kinds.ts';
import { conditionsInTurns } from './conditions-in-turns.ts';
import { drillsHere } from './drills-here.ts';
import type { EdgeView, HoldingRow, Topology, ViewTables, WorkRow } from './edge-view.ts';
import { isDrill } from './operation-offers.ts';

/** A view, and what else decides what is wrong in it. */
export interface ConditionWorld {
  readonly topology: Topology;
  readonly view: EdgeView;
  /** ISO 8601: what happened before, and has no end, is not told. */
  readonly from: string;
  /** Why what is told can't be kept, without a final stop; undefined: it is. */
  readonly keepTrouble: string | undefined;
  /** A drill breaks things here on purpose, whoever began it. */
  readonly drillRuns: boolean;
  /** When this dashboard began, ISO 8601, if operations or drills of before that could not be read yet; undefined: they are in the view. */
  readonly workUnreadBefore: string | undefined;
}

/** A look comes every few seconds, and one may fall into a failover: what only looks see of VIPs must be in two of them. Milliseconds. */
const twoLooksMs = 15_000;

/**
 * What is not as it should be, each thing once, with what explains it. Where two places see the same thing, what the kernels
 * tell (`holdings`) is newer than a look, and is believed.
 */
export function conditionsOf(world: ConditionWorld): SeenConditions {
  const { view } = world;
  const found = [
    ...holderConditions(view),
    ...silentConditions(world),
    ...poolConditions(world),
    ...problemConditions(view),
    ...controllerConditions(world),
    ...workConditions(world),
  ];
  const once = new Map<string, Condition>();
  for (const condition of found) if (!once.has(condition.key)) once.set(condition.key, condition);
  const { isOld, isNotKnown } = conditionsInTurns(view);
  // What a look did not ask may be over: it neither begins nor ends, or a whole edge that is well again would be told as failing.
  const old = new Set([...once.values()].filter(isOld).map(({ key }) => key));
  const seen = [...once.values()].filter(({ key }) => !old.has(key));
  const unknown = unknownSources(world);
  return {
    conditions: explainConditions(world, seen),
    isUnknown: (condition) => unknown.has(condition.source) || old.has(condition.key) || isNotKnown(condition),
  };
}

function unknownSources({ view, workUnreadBefore }: ConditionWorld): ReadonlySet<ConditionSource> {
  const {
    holdings,
    look: [look],
    pending: [pending],
  } = view;
  const unknown = new Set<ConditionSource>();
  if (holdings.length === 0) unknown.add('holdings');
  if (look === undefined || look.state === 'never') unknown.add('look');
  if (pending?.state !== 'nothing' && pending?.state !== 'changes') unknown.add('plan');
  if (workUnreadBefore !== undefined) unknown.add('work');
  return unknown;
}

type Words = Pick<Condition, 'code' | 'kind' | 'source' | 'severity' | 'subject' | 'message' | 'next'>;

function condition(words: Words): Condition {
  return { ...words, key: `${words.code} ${words.subject}`, lasts: 'while-it-is', atLeastMs: 0, because: undefined };
}

/** Nobody, while a balancer is silent that may hold it, is left to the look: that asks the network who answers. */
function holderConditions({ holdings }: EdgeView): readonly Condition[] {
  return holdings.flatMap((row: HoldingRow): readonly Condition[] => {
    const what = `${row.key} ${row.addresses.join(' and ')}`;
    const about = { kind: 'vip', source: 'holdings', severity: 'error', subject: row.key } as const;
    if (row.holders.length === 0 && row.silent.length === 0) {
      const next = 'evenkeel status; NGINX and keepalived must run on at least one balancer';
      return [condition({ ...about, code: 'vip-nobody', message: `nobody holds ${what}`, next })];
    }
    if (row.holders.length < 2) return [];
    return [
      condition({
        ...about,
        code: 'vip-several',
        message: `${row.holders.join(' and ')} hold ${what} at the same time`,
        next: 'evenkeel status; see that VRRP (IP protocol 112) passes between them',
      }),
    ];
  });
}

/** When nobody answers, it is the way to them. */
function silentConditions({ view, topology }: ConditionWorld): readonly Condition[] {
  const asked = topology.hosts.filter(({ managed }) => managed).map(({ name }) => name);
  const silent = new Set(view.problems.filter(({ code }) => code === 'host-silent').map(({ subject }) => subject));
  if (asked.length < 2 || !asked.every((name) => silent.has(name))) return [];
  return [
    condition({
      code: 'all-silent',
      kind: 'host',
      source: 'look',
      severity: 'error',
      subject: topology.edge,
      message: `none of ${counted(asked.length, 'host')} answers over SSH: this computer may be cut off`,
      next: 'see the network between here and the hosts; evenkeel status',
    }),
  ];
}

function poolConditions({ view }: ConditionWorld): readonly Condition[] {
  return [...Map.groupBy(view.backends, ({ pool }) => pool)].flatMap(([pool, rows]) =>
    rows.some(({ up }) => up)
      ? []
      : [
          condition({
            code: 'pool-down',
            kind: 'pool',
            source: 'look',
            severity: 'error',
            subject: pool,
            message: `no backend of pool ${pool} is up: ${rows[0]?.reason ?? ''}`,
            next: `evenkeel status; see the HTTP servers of pool ${pool}`,
          }),
        ],
  );
}

function problemConditions(view: EdgeView): readonly Condition[] {
  return view.problems.flatMap((problem): readonly Condition[] => {
    const { code, severity, subject, message, next } = problem;
    const kind = kindOfProblem[code];
    if (kind === undefined || (code === 'vip-moved' && movedByPerson(view, subject))) return [];
    const source = code === 'receiver-failing' ? ('controller' as const) : ('look' as const);
    const atLeastMs = kind === 'vip' ? twoLooksMs : 0;
    return [{ ...condition({ code, kind, source, severity, subject, message, next }), atLeastMs }];
  });
}

/** A VIP that stands where a person moved it, or has left a balancer that a person drained. */
function movedByPerson({ vips, balancers }: EdgeView, name: string): boolean {
  const away = vips.filter((row) => row.name === name && row.holders.some((holder) => holder !== row.preferred));
  const drained = new Set(balancers.filter((row) => row.drained).map(({ host }) => host));
  return away.every(
    ({ claimedBy, holders, preferred }) =>
      holders.every((holder) => claimedBy.includes(holder)) || (claimedBy.length === 0 && drained.has(preferred)),
  );
}

function controllerConditions({ view, keepTrouble }: ConditionWorld): readonly Condition[] {
  const {
    look: [look],
    pending: [pending],
  } = view;
  const trouble = look?.historyTrouble ?? keepTrouble;
  const about = { source: 'controller', subject: 'dashboard' } as const;
  return [
    ...(look === undefined || look.state === 'fresh'
      ? []
      : [
          condition({
            ...about,
            code: 'look-stale',
            kind: 'look',
            severity: 'error',
            message: `the edge can't be looked at: ${look.reason ?? 'the first look has not ended'}`,
            next: 'evenkeel status',
          }),
        ]),
    ...(trouble === undefined
      ? []
      : [
          condition({
            ...about,
            code: 'history-trouble',
            kind: 'history',
            severity: 'warning',
            message: `what happens is not kept: ${trouble}`,
            next: 'make room, or move the damaged file away as it says; the dashboard goes on by itself',
          }),
        ]),
    ...(pending?.state === 'changes' ? [drift(pending)] : []),
  ];
}

function drift({ hosts }: ViewTables['pending']): Condition {
  const some = hosts.slice(0, 8).join(', ');
  return condition({
    code: 'drift',
    kind: 'drift',
    source: 'plan',
    severity: 'warning',
    subject: 'edge',
    message: `${counted(hosts.length, 'host')} ${hosts.length === 1 ? 'differs' : 'differ'} from the edge file: ${some}${hosts.length > 8 ? ', ...' : ''}`,
    next: 'evenkeel plan; then evenkeel apply',
  });
}

/**
 * A drill that the dashboard ran stands in both tables; the history of drills knows more, and of an earlier one it is waited for: by its word it may
 * be told already. Those of a lab are told by the dashboard of the lab.
 */
function workConditions({ view, from, topology, workUnreadBefore = from }: ConditionWorld): readonly Condition[] {
  const broken = drillsHere(view.drills, topology).filter(
    ({ startedAt, verdict }) => verdict === 'broken' && startedAt >= from,
  );
  const kept = (row: WorkRow): boolean =>
    row.startedAt < workUnreadBefore || broken.some(({ startedAt }) => startedAt >= row.startedAt);
  const failed = view.work.filter(
    (row) =>
      row.startedAt >= from &&
      (row.state === 'failed' || row.state === 'unknown') &&
      !(isDrill(row) && row.state === 'failed' && kept(row)),
  );
  return [
    ...broken.map(({ key, startedAt, worst }) =>
      happened({
        id: `drill-failed ${key}`,
        code: 'drill-failed',
        message: `the drill of ${startedAt} did not keep its promise${worst === undefined ? '' : `: ${worst.name}, ${Math.round(worst.gapMs)} ms without an answer`}`,
        next: `evenkeel drill report ${key}`,
        subject: `drill ${key}`,
      }),
    ),
    ...failed.map((row) =>
      happened({
        id: `operation-failed ${row.key}`,
        code: isDrill(row) ? 'drill-failed' : 'operation-failed',
        message:
          row.state === 'unknown'
            ? `it is not known how this ended, because the dashboard ended while it ran: ${row.title}, by ${row.operator}`
            : `${row.title}, by ${row.operator}, failed: ${row.note.split('\n')[0] ?? ''}`,
        next: /^next: (.*)$/m.exec(row.note)?.[1] ?? 'evenkeel status',
        subject: row.title,
      }),
    ),
  ];
}

type Happening = Pick<Condition, 'message' | 'next' | 'subject'> & {
  readonly id: string;
  readonly code: 'drill-failed' | 'operation-failed';
};

function happened({ id, code, ...words }: Happening): Condition {
  const kind = code === 'drill-failed' ? 'drill' : 'operation';
  const made = condition({ ...words, code, kind, source: 'work', severity: 'error' });
  return { ...made, key: id, lasts: 'once' };
}
