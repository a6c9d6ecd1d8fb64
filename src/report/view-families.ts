import { drillsHere } from './drills-here.ts';
import type { EdgeView, LookRow, Topology } from './edge-view.ts';
import { metrics } from './metric-catalogue.ts';
import { valuesOf, type MetricFamily } from './metric.ts';

/** What the dashboard shows of the edge, as metrics. A value that is not known is not there. */
export function viewFamilies(view: EdgeView, topology: Topology): readonly MetricFamily[] {
  return [
    ...holderFamilies(view, topology),
    ...lookFamilies(view),
    ...siteFamilies(view),
    ...dnsFamilies(view),
    ...applyFamilies(view),
    ...ownFamilies(view, topology),
  ];
}

function holderFamilies({ holdings }: EdgeView, { vips }: Topology): readonly MetricFamily[] {
  return [
    valuesOf(
      metrics.vipHolders,
      holdings.map(({ key: vip, holders }) => ({ labels: { vip }, value: holders.length })),
    ),
    valuesOf(
      metrics.vipHolder,
      holdings.flatMap(({ key: vip, holders }) =>
        (vips.find(({ name }) => name === vip)?.balancers ?? []).map((host) => ({
          labels: { vip, host },
          value: truth(holders.includes(host)),
        })),
      ),
    ),
    valuesOf(
      metrics.vipPreferred,
      holdings.map(({ key: vip, holders, preferred }) => ({
        labels: { vip },
        value: truth(holders.includes(preferred)),
      })),
    ),
    valuesOf(
      metrics.vipSince,
      holdings.flatMap(({ key: vip, since }) => timed({ vip }, since)),
    ),
  ];
}

function lookFamilies({
  look: [look],
  problems,
  balancers,
  nameservers,
  webServers,
}: EdgeView): readonly MetricFamily[] {
  const counts = new Map<string, { readonly code: string; readonly severity: string; readonly value: number }>();
  for (const { code, severity } of problems) {
    const key = `${code} ${severity}`;
    counts.set(key, { code, severity, value: (counts.get(key)?.value ?? 0) + 1 });
  }
  const units = [
    ...balancers.flatMap(({ host, nginx, keepalived, agent }) => [
      { host, unit: 'nginx', word: nginx },
      { host, unit: 'keepalived', word: keepalived },
      { host, unit: 'agent', word: agent },
    ]),
    ...nameservers.flatMap(({ host, powerdns, agent }) => [
      { host, unit: 'powerdns', word: powerdns },
      { host, unit: 'agent', word: agent },
    ]),
    ...webServers.map(({ host, nginx }) => ({ host, unit: 'nginx', word: nginx })),
  ];
  return [
    valuesOf(
      metrics.problems,
      [...counts.values()].map(({ code, severity, value }) => ({ labels: { code, severity }, value })),
    ),
    valuesOf(metrics.lookFresh, [{ labels: {}, value: truth(look?.state === 'fresh') }]),
    valuesOf(metrics.lookTime, look?.at === undefined ? [] : timed({}, look.at)),
    ...turnFamilies(look),
    valuesOf(metrics.lookSeconds, look?.ms === undefined ? [] : [{ labels: {}, value: look.ms / 1000 }]),
    valuesOf(
      metrics.hostUp,
      [...balancers, ...nameservers, ...webServers.filter(({ managed }) => managed)].map(({ host, reachable }) => ({
        labels: { host },
        value: truth(reachable),
      })),
    ),
    valuesOf(
      metrics.unitUp,
      units.flatMap(({ host, unit, word }) =>
        word === undefined || word === 'unknown' ? [] : [{ labels: { host, unit }, value: truth(word === 'active') }],
      ),
    ),
    valuesOf(
      metrics.balancerDrained,
      balancers.map(({ host, drained }) => ({ labels: { host }, value: truth(drained) })),
    ),
  ];
}

/** Nothing is said of turns before the first look. */
function turnFamilies(look: LookRow | undefined): readonly MetricFamily[] {
  const parts = look?.at === undefined ? [] : (['sites', 'names'] as const);
  const turns = parts.map((what) => ({ labels: { what }, turn: look?.turns?.[what] }));
  return [
    valuesOf(
      metrics.notAskedYet,
      turns.map(({ labels, turn }) => ({ labels, value: turn?.notYet ?? 0 })),
    ),
    valuesOf(
      metrics.oldestAnswer,
      turns.map(({ labels, turn }) => ({ labels, value: (turn?.oldestMs ?? 0) / 1000 })),
    ),
  ];
}

function siteFamilies({ sites, certificates }: EdgeView): readonly MetricFamily[] {
  const labelled = sites.map(({ site, vip, address, up, ms }) => ({ labels: { site, vip, address }, up, ms }));
  return [
    valuesOf(
      metrics.siteUp,
      labelled.map(({ labels, up }) => ({ labels, value: truth(up) })),
    ),
    valuesOf(
      metrics.siteSeconds,
      labelled.flatMap(({ labels, up, ms }) => (up ? [{ labels, value: ms / 1000 }] : [])),
    ),
    valuesOf(
      metrics.certificateEnd,
      certificates.flatMap(({ site, notAfter, alsoAt = [], ...first }) =>
        [first, ...alsoAt].flatMap(({ servedAt, address }) => timed({ site, served_at: servedAt, address }, notAfter)),
      ),
    ),
  ];
}

function dnsFamilies({ nameservers }: EdgeView): readonly MetricFamily[] {
  return [
    valuesOf(
      metrics.nameserverUp,
      nameservers.map(({ host, answering }) => ({ labels: { host }, value: truth(answering) })),
    ),
    valuesOf(
      metrics.nameAnswers,
      nameservers.flatMap(({ host, names }) =>
        names.map(({ name, type, addresses }) => ({ labels: { host, name, type }, value: addresses.length })),
      ),
    ),
    valuesOf(
      metrics.zoneSerial,
      nameservers.flatMap(({ host, serials }) =>
        serials.map(({ zone, serial }) => ({ labels: { host, zone }, value: serial })),
      ),
    ),
  ];
}

function applyFamilies({ pending: [pending], applies }: EdgeView): readonly MetricFamily[] {
  const known = pending !== undefined && (pending.state === 'nothing' || pending.state === 'changes');
  const counts = known ? (pending.counts ?? []) : [];
  return [
    valuesOf(metrics.pendingHosts, known ? [{ labels: {}, value: pending.hosts.length }] : []),
    valuesOf(
      metrics.planChanges,
      counts.map(({ host, changes }) => ({ labels: { host }, value: changes })),
    ),
    valuesOf(
      metrics.planDrifted,
      counts.map(({ host, drifted }) => ({ labels: { host }, value: drifted })),
    ),
    valuesOf(
      metrics.applyTime,
      applies.flatMap(({ key: host, at }) => timed({ host }, at)),
    ),
    valuesOf(
      metrics.applySucceeded,
      applies.map(({ key: host, result }) => ({ labels: { host }, value: truth(result === 'done') })),
    ),
    valuesOf(
      metrics.applyDoneTime,
      applies.flatMap(({ key: host, done }) => (done === undefined ? [] : timed({ host }, done.at))),
    ),
    valuesOf(
      metrics.applyGeneration,
      applies.flatMap(({ key: host, done }) =>
        done === undefined ? [] : [{ labels: { host, generation: done.generation }, value: 1 }],
      ),
    ),
  ];
}

function ownFamilies({ look: [look], drills, work }: EdgeView, topology: Topology): readonly MetricFamily[] {
  // One that was not judged, or not run, says nothing of the edge: neither that it failed, nor that it was tried.
  const judged = drillsHere(drills, topology).filter(({ verdict }) => verdict === 'kept' || verdict === 'broken');
  const last = judged.toSorted((a, b) => (a.startedAt < b.startedAt ? -1 : 1)).at(-1);
  return [
    valuesOf(metrics.drillPassed, last === undefined ? [] : [{ labels: {}, value: truth(last.verdict === 'kept') }]),
    valuesOf(metrics.drillTime, last === undefined ? [] : timed({}, last.startedAt)),
    valuesOf(metrics.operations, [{ labels: {}, value: work.filter(({ state }) => state === 'running').length }]),
    valuesOf(metrics.historyKept, [{ labels: {}, value: truth(look?.historyTrouble === undefined) }]),
  ];
}

function truth(is: unknown): 0 | 1 {
  return is === true ? 1 : 0;
}

/** A time as seconds since 1970; nothing when it is none. */
function timed<Labels extends Readonly<Record<string, string>>>(
  labels: Labels,
  time: string,
): readonly { readonly labels: Labels; readonly value: number }[] {
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? [] : [{ labels, value: ms / 1000 }];
}
