import type { AuditEntry } from './audit-entry.ts';
import type { Model } from '../model/model.ts';
import { modelHosts } from '../model/model.ts';
import type {
  BackendStatus,
  BalancerStatus,
  CertificateStatus,
  LookTurns,
  NameserverStatus,
  SiteStatus,
  StatusProblem,
  VipStatus,
  WebServerStatus,
} from './edge-status.ts';
import { vipTexts } from '../model/vip-addresses.ts';

/**
 * What the dashboard shows of one edge: tables of rows, so that a change is a few rows and not a document. The same shape goes
 * to a browser that has just come (all rows) and to one that is there (those that changed). Times are ISO 8601, UTC;
 * durations milliseconds.
 */
export type EdgeView = { readonly [Table in TableName]: readonly ViewTables[Table][] };

/** The name of a table. */
export type TableName = keyof ViewTables;

/** A row; its key is unique in its table and stays the same while it is about the same thing. */
export interface ViewRow {
  readonly key: string;
}

/** Each table and its rows. */
export interface ViewTables {
  /** One row. */
  readonly look: LookRow;
  readonly holdings: HoldingRow;
  readonly problems: ViewRow & StatusProblem & { readonly since: string };
  readonly vips: ViewRow & VipStatus;
  readonly balancers: ViewRow & BalancerStatus;
  readonly backends: ViewRow & BackendStatus;
  readonly nameservers: ViewRow & NameserverStatus;
  readonly webServers: ViewRow & WebServerStatus;
  readonly sites: ViewRow & SiteStatus;
  readonly certificates: CertificateRow;
  readonly traffic: TrafficRow;
  readonly operations: OperationRow;
  readonly work: WorkRow;
  /** One row. */
  readonly pending: PendingRow;
  readonly applies: ApplyRow;
  readonly drills: DrillRow;
  readonly alerts: AlertRow;
  readonly receivers: ReceiverRow;
}

/** How fresh the slow part is (all tables but `holdings`, `work`). */
export interface LookRow extends ViewRow {
  readonly state: 'never' | 'fresh' | 'stale';
  /** When the last look that worked began. Absent: there was none. */
  readonly at?: string;
  /** How long it took. */
  readonly ms?: number;
  /** What is asked in turns, and how far that is; absent: each look asks for everything. */
  readonly turns?: LookTurns;
  /** Why there is none, or no newer one. */
  readonly reason?: string;
  /** Why nothing can be kept in the history; absent when all is well. */
  readonly historyTrouble?: string;
}

/** A certificate of a site: one row however many serve it, or a thousand sites on ten balancers would be many thousand rows. */
export interface CertificateRow extends ViewRow, CertificateStatus {
  /** Where else it is served; absent: nowhere. */
  readonly alsoAt?: readonly Pick<CertificateStatus, 'servedAt' | 'address'>[];
}

/** Who holds a VIP, as the balancers' kernels tell it within milliseconds. The key is the VIP's name. */
export interface HoldingRow extends ViewRow {
  readonly addresses: readonly string[];
  readonly preferred: string;
  readonly holders: readonly string[];
  /** Balancers that do not tell. */
  readonly silent: readonly string[];
  /** Since when it is so, as seen from here. */
  readonly since: string;
}

/** What a balancer's clients do, over the last ten seconds. The key is the balancer's name. */
export interface TrafficRow extends ViewRow {
  readonly requestsPerSecond: number;
  /** Answers of 500 and above. */
  readonly errorsPerSecond: number;
  /** Until the answer was sent; absent without requests. */
  readonly p50Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  /** Client connections now. */
  readonly connections: number;
  readonly handshakesPerSecond: number;
  /** Of the handshakes, those that took up an old session; 0 to 1. */
  readonly resumedShare: number;
  /** Workers of former configurations that still serve. */
  readonly oldWorkers: number;
}

/** A planned operation that a person can ask for now, or why not. The key is `does subject [target]`. */
export interface OperationRow extends ViewRow {
  readonly does: OperationKind;
  /** The VIP, balancer, backend or fault. */
  readonly subject: string;
  /** Of a move: the new holder. Empty for the others. */
  readonly target: string;
  /** What the button says: `Move vip1 to lb2`. */
  readonly title: string;
  /** What will happen, in whole sentences. */
  readonly effects: readonly string[];
  /** The outage that is promised at most; 0: nothing is lost; -1: until it is repaired. */
  readonly promisedMs: number;
  /** Why it is not safe now, without a final stop; absent: it may be done. */
  readonly refusal?: string;
}

/** The planned operations. */
export type OperationKind = 'move' | 'drain' | 'undrain' | 'drill';

/** An operation that was asked for. The key is its number in the audit log. */
export interface WorkRow extends ViewRow {
  readonly title: string;
  readonly operator: string;
  readonly reason: string;
  readonly state: AuditEntry['state'];
  readonly startedAt: string;
  /** What it does now, or how it ended. */
  readonly note: string;
}

/** What `plan` would change. */
export interface PendingRow extends ViewRow {
  /** `unknown`: not yet. `not-here`: this dashboard never computes a plan (`serve --without-plan`). */
  readonly state: 'unknown' | 'not-here' | 'nothing' | 'changes' | 'failed';
  readonly at?: string;
  /** Hosts that differ from the file. */
  readonly hosts: readonly string[];
  /** What it finds on each managed host; absent while it can't be told. */
  readonly counts?: readonly PendingCount[];
  /** The plan as `plan` prints it, or why there is none. */
  readonly text: string;
}

/** What `plan` would change on one host. */
export interface PendingCount {
  readonly host: string;
  readonly changes: number;
  /** Files that somebody changed after the last apply. */
  readonly drifted: number;
}

/** What the last apply from this computer did to a host. The key is the host's name. */
export interface ApplyRow extends ViewRow {
  readonly at: string;
  /** `not-done`: the host is as it was before. */
  readonly result: 'done' | 'not-done' | 'undo-failed';
  /** Why it was not done; empty when it was. */
  readonly note: string;
  /** The last one that was done; absent: none is known. */
  readonly done?: { readonly at: string; readonly generation: string };
}

/** A drill of the history. The key is its number. */
export interface DrillRow extends ViewRow {
  /** Where it was held; absent: it is not known. */
  readonly place?: Topology['place'];
  readonly startedAt: string;
  readonly verdict: string;
  readonly faults: number;
  readonly worst?: { readonly name: string; readonly gapMs: number };
}

/** An alert that is on, when there are receivers. The key is the code and what it is about. */
export interface AlertRow extends ViewRow {
  readonly severity: 'warning' | 'error';
  readonly message: string;
  readonly next: string;
  readonly since: string;
  /** `waiting`: it has not lasted long enough, or something else explains it; `told`: it goes on; `ending`: it is gone for now. */
  readonly state: 'waiting' | 'told' | 'ending';
  /** The key of what explains it, or `drill`. */
  readonly because?: string;
}

/** A receiver of alerts. The key is its name. */
export interface ReceiverRow extends ViewRow {
  readonly way: 'webhook' | 'mail' | 'command';
  readonly state: 'untried' | 'good' | 'failing';
  /** Messages that it has not taken yet. */
  readonly waiting: number;
  /** When it took the last one. */
  readonly at?: string;
  /** What it said last. */
  readonly said: string;
}

/** What stands in the file and does not change while it is served. */
export interface Topology {
  readonly edge: string;
  readonly place: 'lab' | 'real';
  readonly failover: string;
  readonly hosts: readonly {
    readonly name: string;
    readonly kind: 'balancer' | 'nameserver' | 'web';
    readonly addresses: readonly string[];
    readonly managed: boolean;
  }[];
  readonly vips: readonly {
    readonly name: string;
    readonly addresses: readonly string[];
    /** The preferred balancer first. */
    readonly balancers: readonly string[];
  }[];
  readonly pools: readonly {
    readonly name: string;
    readonly algorithm: string;
    readonly backends: readonly { readonly name: string; readonly address: string; readonly port: number }[];
  }[];
  readonly sites: readonly {
    readonly name: string;
    readonly names: readonly string[];
    readonly pool: string;
    readonly vips: readonly string[];
  }[];
}

/** A view before anything was seen. */
export const emptyView: EdgeView = {
  look: [{ key: 'look', state: 'never' }],
  holdings: [],
  problems: [],
  vips: [],
  balancers: [],
  backends: [],
  nameservers: [],
  webServers: [],
  sites: [],
  certificates: [],
  traffic: [],
  operations: [],
  work: [],
  pending: [{ key: 'pending', state: 'unknown', hosts: [], text: '' }],
  applies: [],
  drills: [],
  alerts: [],
  receivers: [],
};

/** A view that was kept; tables that it does not have are empty. Undefined: it is no view. */
export function readView(value: unknown): EdgeView | undefined {
  return typeof value === 'object' && value !== null ? { ...emptyView, ...value } : undefined;
}

/** The part of a model that the dashboard draws. */
export function topologyOf(model: Model, place: Topology['place']): Topology {
  return {
    edge: model.name,
    place,
    failover: model.failover,
    hosts: modelHosts(model).map((host) => ({
      name: host.name,
      kind: host.kind,
      addresses: host.addresses.map(({ text }) => text),
      managed: host.kind !== 'web' || host.managed,
    })),
    vips: model.vips.map((vip) => ({
      name: vip.name,
      addresses: vipTexts(vip),
      balancers: vip.claims.map(({ balancer }) => balancer),
    })),
    pools: model.pools.map(({ name, algorithm, backends }) => ({
      name,
      algorithm,
      backends: backends.map((backend) => ({
        name: backend.name,
        address: backend.address.text,
        port: backend.port,
      })),
    })),
    sites: model.sites.map(({ name, names, pool, vips }) => ({ name, names, pool, vips })),
  };
}
