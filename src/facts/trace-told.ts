import { isObject, parseJson, textAt } from './fields.ts';
import type { ToldFacts } from './trace-facts.ts';

/** The values a balancer gives for one request, as NGINX prints them. */
export interface ToldText {
  readonly source: ToldFacts['source'];
  readonly balancer: string;
  readonly request: string;
  /** `$upstream_addr`. */
  readonly backend: string;
  /** `$upstream_status`. */
  readonly status: string;
  /** `$upstream_connect_time`, seconds. */
  readonly connect: string;
  /** `$upstream_header_time`, seconds. */
  readonly header: string;
}

/**
 * Reads NGINX's upstream variables: several tries are separated by a comma, by a colon when an internal redirect came
 * between, and `-` stands for what never was (ngx_http_upstream_module, $upstream_addr).
 */
export function parseTold(text: ToldText): ToldFacts {
  return {
    source: text.source,
    balancer: text.balancer,
    request: text.request,
    backends: tries(text.backend).filter((entry) => entry !== '-'),
    statuses: tries(text.status),
    connectMs: tries(text.connect).map(milliseconds),
    headerMs: tries(text.header).map(milliseconds),
  };
}

/** Reads the line of the JSON access log that holds `agent`; undefined when there is none. */
export function parseToldLog(log: string, agent: string): ToldFacts | undefined {
  const entries = log.split('\n').map(parseJson).filter(isObject);
  const entry = entries.findLast((line) => textAt(line, 'agent') === agent);
  if (entry === undefined) return undefined;
  return parseTold({
    source: 'log',
    balancer: textAt(entry, 'node'),
    request: textAt(entry, 'id'),
    backend: textAt(entry, 'backend'),
    status: textAt(entry, 'backendStatus'),
    connect: textAt(entry, 'backendConnect'),
    header: textAt(entry, 'backendHeader'),
  });
}

function tries(text: string): readonly string[] {
  return text
    .split(/, | : /)
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

function milliseconds(seconds: string): number | undefined {
  const value = Number(seconds);
  return seconds === '-' || Number.isNaN(value) ? undefined : Math.round(value * 1000);
}
