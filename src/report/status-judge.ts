import type { AgentSight } from '../facts/status-agent.ts';
import { daysLeft } from '../facts/status-certificate.ts';
import type { BackendCheck, HostAnswer, StatusFacts } from '../facts/status-facts.ts';
import { dnsQuestions, vipAddresses } from '../model/vip-addresses.ts';
import type { Balancer, Model } from '../model/model.ts';
import { ownTables } from '../model/own-tables.ts';
import type {
  BackendStatus,
  BalancerStatus,
  CertificateStatus,
  EdgeStatus,
  NameserverStatus,
  SiteStatus,
  UnitWord,
  VipStatus,
  WebServerStatus,
} from './edge-status.ts';
import { findProblems } from './status-problems.ts';

/** Turns what was answered into what is true, and says what is wrong with it. Pure: the time is that of the facts. */
export function judgeStatus(model: Model, facts: StatusFacts): EdgeStatus {
  const parts = {
    vips: vipStatuses(model, facts),
    balancers: balancerStatuses(model, facts),
    backends: facts.backends.map((check) => backendStatus(model, check)),
    nameservers: nameserverStatuses(model, facts),
    webServers: webServerStatuses(model, facts),
    sites: siteStatuses(facts),
    certificates: certificateStatuses(facts),
  };
  const problems = findProblems(model, parts);
  return {
    version: 1,
    edge: model.name,
    at: facts.at,
    healthy: problems.every((problem) => problem.severity !== 'error'),
    problems,
    ...parts,
    notAsked: {
      sites: model.sites.length - new Set(parts.sites.map(({ site }) => site)).size,
      names: Math.max(0, ...facts.nameservers.map(({ namesNotAsked }) => namesNotAsked)),
    },
  };
}

function vipStatuses(model: Model, facts: StatusFacts): readonly VipStatus[] {
  const owners = new Map(facts.hosts.flatMap((host) => host.macs.map((mac) => [mac, host.host] as const)));
  return vipAddresses(model).map(({ vip, address }) => {
    const sighting = facts.sightings.find((entry) => entry.address === address.text);
    const macs = sighting?.macs ?? [];
    const holders = facts.hosts.filter((host) => host.addresses.includes(address.text));
    const masterSince = holders[0]?.vrrp.find(
      (entry) => entry.instance === vip.name && entry.state === 'MASTER',
    )?.since;
    return {
      name: vip.name,
      address: address.text,
      preferred: vip.preferred,
      claimedBy: facts.hosts.filter((host) => host.claims.includes(vip.name)).map((host) => host.host),
      holders: holders.map((host) => host.host),
      macs,
      answeredBy: [...new Set(macs.map((mac) => owners.get(mac) ?? mac))],
      ...(facts.observer === undefined ? {} : { seenFrom: facts.observer }),
      ...(sighting === undefined || sighting.reason === '' ? {} : { unseen: sighting.reason }),
      ...(masterSince === undefined ? {} : { since: new Date(masterSince * 1000).toISOString() }),
    };
  });
}

function balancerStatuses(model: Model, facts: StatusFacts): readonly BalancerStatus[] {
  return model.balancers.map((balancer) => {
    const answer = answerOf(facts, balancer.name);
    const held = model.vips.filter((vip) =>
      [vip.ipv4, vip.ipv6].some((address) => address !== undefined && answer?.addresses.includes(address.text)),
    );
    return {
      ...machine(balancer.name, answer),
      nginx: unitWord(answer, 'nginx.service'),
      keepalived: unitWord(answer, 'keepalived.service'),
      ...(model.profile === 'evenkeel' ? { agent: agentWord(answer) } : {}),
      nginxHangs: answer?.nginxHangs ?? false,
      drained: answer?.drained ?? false,
      holds: held.map((vip) => vip.name),
      drainedBackends: answer?.drainedBackends ?? [],
      lostTables: lostTables(model, balancer, answer),
      ...agentSight(model, answer),
    };
  });
}

/** Of nobody who was not asked is anything lost. */
function lostTables(model: Model, balancer: Balancer, answer: HostAnswer | undefined): readonly string[] {
  const loaded = answer?.tables;
  if (loaded === undefined) return [];
  return ownTables(model, balancer).flatMap(({ table }) => (loaded.includes(table) ? [] : [table]));
}

function backendStatus(model: Model, check: BackendCheck): BackendStatus {
  const backend = model.pools
    .find((pool) => pool.name === check.pool)
    ?.backends.find((entry) => entry.address.text === check.address && entry.port === check.port);
  const { pool, name, address, port, balancer, up, reason, ms } = check;
  return {
    pool,
    name,
    address,
    port,
    balancer,
    up,
    reason,
    ms,
    weight: backend?.weight ?? 1,
    backup: backend?.backup ?? false,
  };
}

function nameserverStatuses(model: Model, facts: StatusFacts): readonly NameserverStatus[] {
  const [first] = dnsQuestions(model);
  return model.nameservers.map((nameserver) => {
    const answer = answerOf(facts, nameserver.name);
    const dns = facts.nameservers.find((entry) => entry.host === nameserver.name);
    const names = dns?.names ?? [];
    const base = machine(nameserver.name, answer);
    const reason = base.reason ?? (dns?.answering === false ? dns.reason : undefined);
    return {
      ...base,
      ...(reason === undefined ? {} : { reason }),
      address: nameserver.addresses[0].text,
      powerdns: unitWord(answer, 'pdns.service'),
      ...(model.profile === 'evenkeel' ? { agent: agentWord(answer) } : {}),
      ...agentSight(model, answer),
      answering: dns?.answering ?? false,
      answers: names.filter((entry) => entry.name === first?.name).flatMap((entry) => entry.addresses),
      names,
      serials: dns?.serials ?? [],
    };
  });
}

/** How an agent answers, in the words of units. */
function agentWord(answer: HostAnswer | undefined): UnitWord {
  return answer?.agent?.state ?? 'unknown';
}

/** What an agent sees; nothing is known from one that does not answer. */
function agentSight(model: Model, answer: HostAnswer | undefined): { readonly agentSees?: AgentSight } {
  const agent = answer?.agent;
  return model.profile === 'evenkeel' && agent?.state === 'active' ? { agentSees: agent.sight } : {};
}

function webServerStatuses(model: Model, facts: StatusFacts): readonly WebServerStatus[] {
  return model.webServers.map((server) => {
    const answer = answerOf(facts, server.name);
    // evenkeel never logs in there; what the balancers see of it stands under `backends`.
    if (!server.managed)
      return { host: server.name, managed: false, reachable: false, reason: 'not managed, not asked' };
    return { ...machine(server.name, answer), managed: true, nginx: unitWord(answer, 'nginx.service') };
  });
}

function siteStatuses(facts: StatusFacts): readonly SiteStatus[] {
  return facts.sites
    .filter((answer) => answer.kind === 'vip')
    .map(({ site, name, target, address, status, reason, ms }) => ({
      site,
      name,
      vip: target,
      address,
      // What the web server answers is its own affair; 502, 503 and 504 are the balancer's words for "no backend".
      up: status !== 0 && (status < 502 || status > 504),
      status,
      // A connection that was cut after the response does not matter.
      reason: status === 0 ? reason : `answered ${status}`,
      ms,
    }));
}

function certificateStatuses(facts: StatusFacts): readonly CertificateStatus[] {
  const now = new Date(facts.at);
  return facts.sites.flatMap((answer) => {
    const { site, name, target, address, certificate } = answer;
    if (certificate === undefined) return [];
    const { notAfter, subject, issuer, names, fingerprint } = certificate;
    return [
      {
        site,
        name,
        servedAt: target,
        address,
        daysLeft: daysLeft(certificate, now),
        notAfter,
        subject,
        issuer,
        names,
        fingerprint,
      },
    ];
  });
}

function answerOf(facts: StatusFacts, host: string): HostAnswer | undefined {
  return facts.hosts.find((answer) => answer.host === host);
}

function machine(host: string, answer: HostAnswer | undefined): { host: string; reachable: boolean; reason?: string } {
  if (answer === undefined) return { host, reachable: false, reason: 'not asked' };
  return answer.reachable ? { host, reachable: true } : { host, reachable: false, reason: answer.reason };
}

function unitWord(answer: HostAnswer | undefined, unit: string): UnitWord {
  if (answer === undefined || !answer.reachable) return 'unknown';
  const state = answer.units.find((entry) => entry.name === unit);
  if (state === undefined || state.loadState === 'not-found') return 'missing';
  return state.activeState;
}
