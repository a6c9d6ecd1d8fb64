import { setTimeout as wait } from 'node:timers/promises';
import type { BackendDocument, PoolsDocument } from '../../src/model/pools-document.ts';
import { poolsFile, poolsSocket } from '../../src/model/pools-document.ts';
import { backendName } from './nginx-bench.ts';
import type { NginxBench } from './nginx-bench.ts';

/** What NGINX answered on its pools socket. */
export interface PoolsAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** A backend that is up, with a weight of 1. */
export function backendDocument(id: string, endpoint: string, changes: Partial<BackendDocument> = {}): BackendDocument {
  const colon = endpoint.lastIndexOf(':');
  const address = endpoint.slice(0, colon).replaceAll(/[[\]]/g, '');
  return { id, address, port: Number(endpoint.slice(colon + 1)), weight: 1, backup: false, state: 'up', ...changes };
}

/** Tells the NGINX of a bench what is true of its pools, and asks it. */
export class PoolsBench {
  readonly #bench: NginxBench;
  #version = 0;

  constructor(bench: NginxBench) {
    this.#bench = bench;
  }

  /**
   * Tells of one pool or more, with a new version; throws when NGINX refuses. Waits the 250 ms after which no worker may go by
   * what was before: each looks with its first request that is 100 ms later, so that does not hang on the computer's speed.
   */
  async tell(pools: Readonly<Record<string, readonly BackendDocument[]>>, slowStartMs = 0): Promise<PoolsDocument> {
    this.#version += 1;
    const entries = Object.entries(pools).map(([name, backends]) => [name, { slowStartMs, backends }] as const);
    const document = { version: this.#version, pools: Object.fromEntries(entries) };
    const answer = await this.put(JSON.stringify(document));
    if (answer.status !== 200) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`);
    await wait(250);
    return document;
  }

  /** Sends a text as the document. */
  async put(text: string): Promise<PoolsAnswer> {
    return this.#ask(['--request', 'PUT', '--data-binary', '@-'], text);
  }

  async get(): Promise<PoolsAnswer> {
    return this.#ask([]);
  }

  /** Puts a text where NGINX looks at a start; undefined: nothing is there. */
  async store(text: string | undefined): Promise<void> {
    await this.#bench.image.run(['rm', '-f', poolsFile]);
    if (text === undefined) return;
    await this.#bench.image.write([{ path: poolsFile, bytes: new TextEncoder().encode(text), mode: 0o600 }]);
  }

  /** Who answers `count` requests that follow each other on one connection: so one worker of NGINX has them all. */
  async inTurn(host: string, to: string, count: number): Promise<readonly string[]> {
    const urls = `http://${host}/[1-${count}]`;
    const said = await this.#bench.must(['curl', '--silent', '--fail', '--connect-to', `${host}::${to}:`, urls]);
    return said.trim().split('\n').map(backendName);
  }

  async #ask(more: readonly string[], stdin?: string): Promise<PoolsAnswer> {
    const argv = ['curl', '--silent', '--max-time', '20', '--unix-socket', poolsSocket, '--write-out', '%{http_code}'];
    const outcome = await this.#bench.image.run(['env', ...argv, ...more, 'http://localhost/v1/pools'], stdin);
    if (outcome.exitCode !== 0) throw new Error(`curl ended with ${outcome.exitCode}: ${outcome.stderr}`);
    const body: unknown = JSON.parse(outcome.stdout.slice(0, -3));
    return { status: Number(outcome.stdout.slice(-3)), body };
  }
}

/** How often each name is there. */
export function tally(found: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of found) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

/** The sum of all requests under way in an answer of GET. */
export function active(body: unknown): number {
  const found = JSON.stringify(body).matchAll(/"active":(\d+)/g);
  return [...found].reduce((sum, match) => sum + Number(match[1]), 0);
}
