import { randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import type { Emit } from '../base/event.ts';
import type { HostAnswer } from '../facts/status-facts.ts';
import type { ExchangeFacts, LookupFacts, ToldFacts, TraceFacts, TraceTarget } from '../facts/trace-facts.ts';
import { parseTold, parseToldLog } from '../facts/trace-told.ts';
import type { Host } from '../hosts/host.ts';
import { findSite } from '../model/find-site.ts';
import { identityHeaders } from '../model/identity-headers.ts';
import type { Model } from '../model/model.ts';
import { checkBackends } from './backend-checks.ts';
import { ask, printed } from './status-ask.ts';
import { askMachine, silentHost } from './status-hosts.ts';
import { clientMac, clientResolvers, lookupFromClient, requestFromClient, unsentExchange } from './trace-client.ts';
import type { RequestOrder } from './trace-client.ts';
import { lookupFromHere, requestFromHere } from './trace-here.ts';

/** Where the request starts: a host with curl, dig and ip (the lab's client), or this computer. */
export type Vantage = { readonly kind: 'client'; readonly host: Host } | { readonly kind: 'here' };

/** What `observeTrace` needs. `hosts` has the managed hosts by name; those that are missing count as silent. */
export interface TraceQuestion {
  readonly model: Model;
  readonly hosts: ReadonlyMap<string, Host>;
  readonly from: Vantage;
  readonly target: TraceTarget;
  /** PEM of the edge's own CA, for sites with `tls: internal`; undefined: what the sender trusts anyway. */
  readonly trust: string | undefined;
  readonly now: () => Date;
  readonly emit: Emit;
}

/** Milliseconds the request itself may take. */
const requestTimeoutMs = 10_000;

/** Takes a URL apart; undefined when it is none, or neither http nor https. */
export function parseTraceTarget(text: string): TraceTarget | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) return undefined;
  const scheme = url.protocol === 'http:' ? 'http' : 'https';
  const port = url.port === '' ? (scheme === 'http' ? 80 : 443) : Number(url.port);
  return { url: url.href, scheme, host: url.hostname.replace(/^\[|\]$/g, ''), port };
}

/** Sends one real request and asks, right after it, everybody who had a part in it. Throws only on bugs. */
export async function observeTrace(question: TraceQuestion): Promise<TraceFacts> {
  const { model, target, from } = question;
  const at = question.now();
  const task = 'trace';
  const note = (text: string): void =>
    question.emit({ code: 'task-progress', level: 'progress', data: { task, note: text } });
  question.emit({ code: 'task-started', level: 'progress', data: { task, title: `Tracing ${target.url}` } });

  const { resolvers, lookups } = await askNames(question);
  note('names asked, sending the request');
  const order: RequestOrder = {
    target,
    agent: `evenkeel-trace/${randomBytes(8).toString('hex')}`,
    trust: question.trust,
    timeoutMs: requestTimeoutMs,
  };
  const exchange =
    from.kind === 'client' ? await requestFromClient(from.host, order) : await sendFromHere(order, lookups);
  note('asking the balancers');
  const [balancers, mac] = await Promise.all([
    askBalancers(question),
    from.kind === 'client' && exchange.address !== '' ? clientMac(from.host, exchange.address) : undefined,
  ]);
  const told = toldByHeaders(exchange) ?? (await toldByLogs(question, order.agent, exchange));
  const answered = told?.balancer ?? holderOf(balancers, exchange.address);
  const balancer = answered === undefined ? undefined : question.hosts.get(answered);
  const site = findSite(model, target.host);
  const pool = model.pools.find((entry) => entry.name === site?.pool);
  const backends = balancer === undefined || pool === undefined ? [] : await checkBackends(balancer, pool);
  question.emit({
    code: 'task-done',
    level: 'progress',
    data: { task, note: 'traced', ms: question.now().getTime() - at.getTime() },
  });
  return {
    at: at.toISOString(),
    target,
    from: from.kind === 'client' ? from.host.name : 'this computer',
    resolvers,
    lookups,
    exchange,
    mac,
    balancers,
    told,
    backends,
  };
}

async function askNames({
  model,
  from,
  target,
}: TraceQuestion): Promise<{ readonly resolvers: readonly string[]; readonly lookups: readonly LookupFacts[] }> {
  const nameservers = model.nameservers.map((entry) => entry.addresses[0].text);
  const resolvers = from.kind === 'client' ? await clientResolvers(from.host) : nameservers;
  if (isIP(target.host) !== 0) return { resolvers, lookups: [] };
  const servers = [...new Set([...resolvers, ...nameservers])];
  const lookups = servers.map((server) =>
    from.kind === 'client' ? lookupFromClient(from.host, server, target.host) : lookupFromHere(server, target.host),
  );
  return { resolvers, lookups: (await Promise.all(lookups)).flat() };
}

async function sendFromHere(order: RequestOrder, lookups: readonly LookupFacts[]): Promise<ExchangeFacts> {
  const literal = isIP(order.target.host) !== 0;
  const address = literal ? order.target.host : lookups.find((lookup) => lookup.addresses.length > 0)?.addresses[0];
  if (address !== undefined) return requestFromHere(order, address);
  return unsentExchange('no nameserver of the edge gives an address');
}

async function askBalancers({ model, hosts }: TraceQuestion): Promise<readonly HostAnswer[]> {
  return Promise.all(
    model.balancers.map(async (machine) => {
      const host = hosts.get(machine.name);
      return host === undefined ? silentHost(machine, 'no connection to it was opened') : askMachine(machine, host);
    }),
  );
}

function holderOf(balancers: readonly HostAnswer[], address: string): string | undefined {
  return balancers.find((balancer) => balancer.addresses.includes(address))?.host;
}

function toldByHeaders({ headers }: ExchangeFacts): ToldFacts | undefined {
  const value = (name: string): string => headers[name.toLowerCase()] ?? '';
  if (value(identityHeaders.balancer) === '') return undefined;
  return parseTold({
    source: 'header',
    balancer: value(identityHeaders.balancer),
    request: value(identityHeaders.request),
    backend: value(identityHeaders.backend),
    status: value(identityHeaders.backendStatus),
    connect: value(identityHeaders.backendConnect),
    header: value(identityHeaders.backendHeader),
  });
}

/** A sender outside the edge is told nothing; then the balancers' logs are searched for its User-Agent. */
async function toldByLogs(
  { model, hosts }: TraceQuestion,
  agent: string,
  exchange: ExchangeFacts,
): Promise<ToldFacts | undefined> {
  const redirected = exchange.status === 301 || exchange.status === 308;
  if (redirected || (exchange.status === 0 && exchange.failed?.at !== 'response')) return undefined;
  // NGINX writes its log once a second (flush=1s); three looks are enough.
  for (let look = 0; look < 3; look += 1) {
    await new Promise((resolve) => setTimeout(resolve, 700));
    const logs = await Promise.all(
      model.balancers.map(async ({ name }) => {
        const host = hosts.get(name);
        if (host === undefined) return '';
        return printed(await ask(host, { argv: ['grep', '--fixed-strings', agent, '/var/log/nginx/access.log'] }));
      }),
    );
    const found = logs.map((log) => parseToldLog(log, agent)).find((told) => told !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}
