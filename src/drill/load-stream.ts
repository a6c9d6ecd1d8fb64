import type { Site } from '../model/model.ts';

/** What a load probe does, as data: it is sent to the probe as JSON. Durations are milliseconds. */

/** Where a stream's connections go: one address, or wherever the client's resolvers lead. */
export type StreamTarget = { readonly kind: 'address'; readonly address: string } | { readonly kind: 'by-name' };

/** What all streams have. */
interface StreamBase {
  /** Names it in records and reports: `vip1`, `by name`, `vip1 download`. */
  readonly id: string;
  readonly target: StreamTarget;
  /** The site's name: SNI, Host header and, by name, the question. */
  readonly name: string;
  readonly port: number;
  /** Path and query. */
  readonly path: string;
  /** A request or a step without a result after this time has failed. */
  readonly timeoutMs: number;
}

/** One stream of load. Every kind is open loop: what is due is started, whatever became of what came before. */
export type LoadStream =
  /** A new TLS connection and a GET on it. */
  | (StreamBase & { readonly kind: 'new-connection'; readonly everyMs: number })
  /** So many clients, each with one kept connection and a GET on it every `everyMs`; a broken one connects anew. */
  | (StreamBase & { readonly kind: 'keep-alive'; readonly clients: number; readonly everyMs: number })
  /** Long downloads read at a limited speed and compared byte for byte with what the drill's target must send. */
  | (StreamBase & {
      readonly kind: 'download';
      readonly clients: number;
      readonly bytes: number;
      readonly bytesPerSecond: number;
    })
  /** Long uploads written at a limited speed; the target answers with the SHA-256 of what it got. */
  | (StreamBase & {
      readonly kind: 'upload';
      readonly clients: number;
      readonly bytes: number;
      readonly bytesPerSecond: number;
    })
  /** A WebSocket each, with an echo every `everyMs`. */
  | (StreamBase & { readonly kind: 'websocket'; readonly clients: number; readonly everyMs: number });

/** The name a site is asked by: its first; any name will do for a wildcard. */
export function askedName(site: Pick<Site, 'names'>): string {
  return site.names[0].replace(/^\*/, 'drill');
}

/** A nameserver that the probe asks on schedule, each name for A and, when wanted, AAAA records. */
export interface NameserverWatch {
  readonly nameserver: string;
  readonly address: string;
  readonly names: readonly string[];
  readonly families: readonly (4 | 6)[];
  readonly everyMs: number;
}

/** Everything the probe is told, as one line of JSON on its standard input. A second line ends it. */
export interface LoadOrder {
  readonly streams: readonly LoadStream[];
  readonly nameservers: readonly NameserverWatch[];
  /** PEM of the CA that signed the sites' certificates; undefined: the system's. Certificates are always checked. */
  readonly ca: string | undefined;
}
