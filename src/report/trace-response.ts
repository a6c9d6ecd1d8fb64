import type { TraceFacts } from '../facts/trace-facts.ts';
import { findSite } from '../model/find-site.ts';
import type { Model } from '../model/model.ts';
import { showMs } from './text-table.ts';
import { answeredItself, triesOf } from './trace-choice.ts';
import type { Try } from './trace-choice.ts';
import type { StepStory } from './trace-document.ts';
import { answeringBalancer } from './trace-tls.ts';

/** Step 5: from HTTPS to HTTP, the request on its way to the web server. */
export function explainTransport(model: Model, facts: TraceFacts): StepStory {
  const { site, last } = lastTry(model, facts);
  const balancer = answeringBalancer(facts);
  if (answeredItself(facts, site)) return { state: 'not-used', summary: 'no server is asked', details: [] };
  if (last === undefined) return { state: 'unknown', summary: `${balancer} does not say whom it asked`, details: [] };
  const before = facts.target.scheme === 'https' ? 'decrypted and ' : '';
  const details = [
    ...(facts.told === undefined ? [] : [`the web server gets it as X-Request-Id ${facts.told.request}`]),
    ...(last.connectMs === undefined ? [] : [connectWords(last.connectMs)]),
  ];
  return {
    state: 'done',
    summary: `${before}sent on as plain HTTP/1.1 to ${last.label}`,
    details,
    ...(last.connectMs === undefined ? {} : { ms: last.connectMs }),
  };
}

/** Step 6: what the web server answered. */
export function explainResponse(model: Model, facts: TraceFacts): StepStory {
  const { site, last } = lastTry(model, facts);
  const { exchange } = facts;
  if (answeredItself(facts, site)) return { state: 'not-used', summary: 'no server is asked', details: [] };
  const who = last?.label ?? 'the web server';
  if (exchange.failed !== undefined) {
    return {
      state: 'broken',
      summary: `no response arrived: ${exchange.failed.reason}`,
      details: last === undefined ? [] : [`${who} had been asked`],
      next: 'run evenkeel status; see the error log of the balancer, /var/log/nginx/error.log',
    };
  }
  if (last !== undefined && last.headerMs === undefined && exchange.status >= 500) {
    return {
      state: 'broken',
      summary: `${who} took the request and gave no answer; ${answeringBalancer(facts)} answered ${exchange.status}`,
      details: [],
      next: `see the HTTP server at ${who}`,
    };
  }
  const size = `${exchange.bodyBytes.toLocaleString('en')} bytes`;
  const type = exchange.headers['content-type'];
  const summary = `${who} answers ${exchange.status}, ${size}${type === undefined ? '' : ` of ${type}`}`;
  const details = last?.headerMs === undefined ? [] : [`its header came after ${showMs(last.headerMs)}`];
  const timing = last?.headerMs === undefined ? {} : { ms: last.headerMs };
  if (exchange.status < 500) return { state: 'done', summary, details, ...timing };
  return { state: 'broken', summary, details, next: `see the log of the HTTP server at ${who}`, ...timing };
}

/** Step 7: the response on its way back. */
export function explainReturn(facts: TraceFacts): StepStory {
  const { exchange, target, from } = facts;
  const balancer = answeringBalancer(facts);
  const total = `the whole request took ${showMs(exchange.times.total)}`;
  const first = `first byte after ${showMs(exchange.times.firstByte)}`;
  if (target.scheme === 'http') {
    return {
      state: 'not-used',
      summary: `${balancer} sends ${exchange.status} to ${from} in plain HTTP`,
      details: [first, total],
    };
  }
  const tls = exchange.tls === undefined ? 'TLS' : `${exchange.tls.version}, ${exchange.tls.cipher}`;
  return {
    state: 'done',
    summary: `${balancer} encrypts the response (${tls}) and sends it to ${from}`,
    details: [first, total],
    ms: exchange.times.total,
  };
}

function lastTry(model: Model, facts: TraceFacts): { site: ReturnType<typeof findSite>; last: Try | undefined } {
  const site = findSite(model, facts.target.host);
  const pool = model.pools.find((entry) => entry.name === site?.pool);
  return { site, last: pool === undefined ? undefined : triesOf(pool, facts.told).at(-1) };
}

/** NGINX counts whole milliseconds; 0 is a connection that was kept open, or one that stood at once. */
function connectWords(ms: number): string {
  return ms === 0 ? 'connected in under 1 ms, or over a connection kept open' : `connected in ${ms} ms`;
}
