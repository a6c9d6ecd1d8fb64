import type { BackendCheck } from '../facts/status-facts.ts';
import type { ToldFacts, TraceFacts } from '../facts/trace-facts.ts';
import { findSite } from '../model/find-site.ts';
import type { Backend, Model, Pool, Site } from '../model/model.ts';
import type { StepStory } from './trace-document.ts';
import { answeringBalancer } from './trace-tls.ts';

/** Step 4: which server was chosen, by which rule, and why not the others. */
export function explainChoice(model: Model, facts: TraceFacts): StepStory {
  const site = findSite(model, facts.target.host);
  const pool = model.pools.find((entry) => entry.name === site?.pool);
  const balancer = answeringBalancer(facts);
  if (site === undefined || pool === undefined) {
    return { state: 'unknown', summary: `${balancer} answers for no site called ${facts.target.host}`, details: [] };
  }
  if (answeredItself(facts, site)) return { state: 'not-used', summary: ownAnswer(facts, balancer), details: [] };
  const rule = `pool ${pool.name}, ${algorithmWords(pool)}`;
  const tries = triesOf(pool, facts.told);
  const chosen = tries.findLast((entry) => entry.backend !== undefined);
  const others = otherLines(pool, facts, chosen?.backend);
  const failures = tries.flatMap((entry) =>
    entry.connected ? [] : [`${entry.label} was tried first and could not be reached`],
  );
  const refused = facts.exchange.status >= 502 && facts.exchange.status <= 504;
  const reachedOne = tries.some((entry) => entry.connected);
  if (refused && !reachedOne && (facts.told !== undefined || allDown(pool, facts.backends))) {
    const down = pool.backends.map((backend) => `${label(backend)}: ${checkWords(facts, backend)}`);
    return {
      state: 'broken',
      summary: `${balancer} could reach no server of pool ${pool.name} and answered ${facts.exchange.status}`,
      details: [rule, ...down],
      next: `see the HTTP servers of pool ${pool.name}; run evenkeel status`,
    };
  }
  if (facts.told === undefined || chosen?.backend === undefined) {
    const why = 'it tells only those inside the edge, and its log was not found';
    return {
      state: 'unknown',
      summary: `${balancer} does not say which server it chose: ${why}`,
      details: [rule, ...others],
    };
  }
  return {
    state: 'done',
    summary: `${balancer} chose ${label(chosen.backend)} of ${rule}`,
    details: [...(reachedOne && tries.length > 1 ? failures : []), ...others],
  };
}

/** Whether the answer came from the balancer alone: a redirect to HTTPS, or a refusal. */
export function answeredItself(facts: TraceFacts, site: Site | undefined): boolean {
  if (facts.told !== undefined) return facts.told.backends.length === 0 && facts.exchange.status !== 0;
  const { status } = facts.exchange;
  return facts.target.scheme === 'http' && (site?.redirect ?? true) && (status === 301 || status === 308);
}

/** `web1 (192.168.10.31:80)`. */
export function label(backend: Backend): string {
  return `${backend.name} (${endpoint(backend)})`;
}

/** One try of a request: the backend, when it is one of the pool, and whether a connection to it stood. */
export interface Try {
  readonly label: string;
  readonly backend: Backend | undefined;
  readonly connected: boolean;
  readonly connectMs: number | undefined;
  readonly headerMs: number | undefined;
  readonly status: string;
}

/** The tries of a request in order; none when nobody told. */
export function triesOf(pool: Pool, told: ToldFacts | undefined): readonly Try[] {
  if (told === undefined) return [];
  return told.backends.map((address, index) => {
    const backend = pool.backends.find((entry) => endpoint(entry) === address);
    const connectMs = told.connectMs[index];
    return {
      label: backend === undefined ? address : label(backend),
      backend,
      connected: connectMs !== undefined,
      connectMs,
      headerMs: told.headerMs[index],
      status: told.statuses[index] ?? '-',
    };
  });
}

function ownAnswer(facts: TraceFacts, balancer: string): string {
  const { status, headers } = facts.exchange;
  const location = headers['location'];
  if (location !== undefined) return `${balancer} answers itself: ${status}, go to ${location}`;
  return `${balancer} answers itself with ${status}; no server is asked`;
}

function otherLines(pool: Pool, facts: TraceFacts, chosen: Backend | undefined): readonly string[] {
  return pool.backends
    .filter((backend) => backend !== chosen)
    .map((backend) => {
      const check = checkOf(facts, backend);
      if (check !== undefined && !check.up) return `not ${label(backend)}: down, ${check.reason}`;
      if (backend.backup && chosen?.backup !== true) {
        return `not ${label(backend)}: backup, used only when all others are down`;
      }
      return `not ${label(backend)}: ${turnWords(pool, backend)}`;
    });
}

function turnWords(pool: Pool, backend: Backend): string {
  const total = pool.backends.filter((entry) => !entry.backup).reduce((sum, entry) => sum + entry.weight, 0);
  const share = `weight ${backend.weight} of ${total}`;
  switch (pool.algorithm) {
    case 'round-robin':
      return `up, not its turn (${share})`;
    case 'least-connections':
      return `up, had no fewer connections (${share})`;
    case 'random-two':
      return 'up, not drawn, or drawn with more connections';
    case 'client-ip-hash':
      return "up, the client's address hashes to the other";
    case 'consistent-hash':
      return `up, the ${pool.hash} hashes to another`;
    case 'sticky-cookie':
      return 'up, this client had no cookie for it';
  }
}

function algorithmWords(pool: Pool): string {
  switch (pool.algorithm) {
    case 'round-robin':
      return 'round robin';
    case 'least-connections':
      return 'least connections';
    case 'random-two':
      return 'better of two drawn at random';
    case 'client-ip-hash':
      return "hash of the client's address";
    case 'consistent-hash':
      return `consistent hash of the ${pool.hash}`;
    case 'sticky-cookie':
      return 'sticky cookie';
  }
}

function checkOf(facts: TraceFacts, backend: Backend): BackendCheck | undefined {
  return facts.backends.find((entry) => entry.address === backend.address.text && entry.port === backend.port);
}

function checkWords(facts: TraceFacts, backend: Backend): string {
  const check = checkOf(facts, backend);
  if (check === undefined) return 'not checked';
  return check.up ? `by now it ${check.reason}` : check.reason;
}

function allDown(pool: Pool, checks: readonly BackendCheck[]): boolean {
  const own = checks.filter((check) => check.pool === pool.name);
  return own.length > 0 && own.every((check) => !check.up);
}

function endpoint(backend: Backend): string {
  const { family, text } = backend.address;
  return `${family === 6 ? `[${text}]` : text}:${backend.port}`;
}
