import { parseAddress } from '../base/address.ts';
import type { LookupFacts, TraceFacts } from '../facts/trace-facts.ts';
import type { Model } from '../model/model.ts';
import { showMs } from './text-table.ts';
import type { StepStory } from './trace-document.ts';

/** Step 1: who was asked for the name, and what each server answers. */
export function explainNames(model: Model, facts: TraceFacts): StepStory {
  const { target, from, lookups, exchange } = facts;
  if (parseAddress(target.host) !== undefined) {
    return {
      state: 'not-used',
      summary: `the URL names an address, ${target.host}; no name is asked for`,
      details: [],
    };
  }
  const servers = [...Map.groupBy(lookups, (lookup) => lookup.server)].map(([server, answers]) => ({
    server,
    label: serverLabel(model, server),
    answers,
    useful: answers.some((answer) => answer.addresses.length > 0),
    silent: answers.every((answer) => answer.status === ''),
  }));
  const first = servers.find((entry) => entry.useful);
  const lines = servers
    .filter((entry) => entry !== first)
    .map((entry) => {
      const skipped = entry.silent && facts.resolvers.includes(entry.server);
      return `${entry.label}: ${answerText(entry.answers)}${skipped ? `; ${from} goes on to the next one` : ''}`;
    });
  const order =
    facts.resolvers.length === 0
      ? []
      : [`${from} asks, in this order: ${facts.resolvers.map((server) => serverLabel(model, server)).join(', ')}`];
  if (first === undefined || exchange.failed?.at === 'lookup') {
    return {
      state: 'broken',
      summary: brokenSummary(facts, servers),
      details: [...order, ...servers.map((entry) => `${entry.label}: ${answerText(entry.answers)}`)],
      next: nextStep(model, facts, servers),
    };
  }
  const ms = exchange.times.lookup;
  return {
    state: 'done',
    summary: `${first.label} answers ${target.host}: ${answerText(first.answers)}`,
    details: [...order, ...lines, ...(ms > 0 ? [`the lookup of this request took ${showMs(ms)}`] : [])],
    ...(ms > 0 ? { ms } : {}),
  };
}

interface Asked {
  readonly label: string;
  readonly answers: readonly LookupFacts[];
  readonly silent: boolean;
}

function brokenSummary(facts: TraceFacts, servers: readonly Asked[]): string {
  const { host } = facts.target;
  if (servers.length > 0 && servers.every((entry) => entry.silent)) {
    return `no nameserver answers: ${servers.map((entry) => `${entry.label} (${entry.answers[0]?.reason ?? ''})`).join(', ')}`;
  }
  const statuses = [...new Set(servers.flatMap((entry) => entry.answers.map((answer) => answer.status)))].filter(
    (status) => status !== '',
  );
  if (statuses.includes('NXDOMAIN')) return `there is no name ${host} (NXDOMAIN)`;
  if (statuses.includes('REFUSED'))
    return `the nameservers do not answer for ${host} (REFUSED): it is in no zone of theirs`;
  if (servers.some((entry) => entry.answers.some((answer) => answer.addresses.length > 0))) {
    return `${facts.from} could not resolve ${host}: ${facts.exchange.failed?.reason ?? 'no reason given'}`;
  }
  if (statuses.length > 0) return `${host} has no address (${statuses.join(', ')})`;
  return facts.exchange.failed?.reason ?? `${host} could not be resolved`;
}

function nextStep(model: Model, facts: TraceFacts, servers: readonly Asked[]): string {
  if (servers.length > 0 && servers.every((entry) => entry.silent)) return 'run evenkeel status; see the nameservers';
  const names = model.sites.flatMap((site) => site.names);
  if (!names.includes(facts.target.host)) return `the edge file has ${names.slice(0, 5).join(', ')}`;
  return 'run evenkeel plan: the zone may differ from the edge file';
}

/** `dns1 (192.168.10.21)`, or the address of a resolver that is none of ours. */
function serverLabel(model: Model, server: string): string {
  const nameserver = model.nameservers.find((entry) => entry.addresses.some((address) => address.text === server));
  return nameserver === undefined ? server : `${nameserver.name} (${server})`;
}

function answerText(answers: readonly LookupFacts[]): string {
  const given = answers.filter((answer) => answer.addresses.length > 0);
  if (given.length > 0) {
    return given
      .map((answer) => `${answer.type} ${answer.addresses.join(', ')} (TTL ${answer.ttl} s, ${showMs(answer.ms)})`)
      .join('; ');
  }
  const [first] = answers;
  if (first === undefined) return 'not asked';
  return first.status === '' ? first.reason : first.status === 'NOERROR' ? 'no address' : first.status;
}
