/**
 * The directory of the socket on which NGINX is told what is true of its pools. Mode 0750: NGINX gives its own sockets mode
 * 0666 (ngx_open_listening_sockets), so the directory says who may write. Not `/run/evenkeel/nginx`: that is keepalived's file.
 */
export const poolsSocketFolder = '/run/evenkeel/pools';

/**
 * `PUT /v1/pools` takes a PoolsDocument here: 200 `{ version }`, 400 when it is wrong, 409 when it is older than the one held,
 * 503 while another one is being taken; each refusal says `{ error }`. `GET /v1/pools` gives a document with what NGINX knows of each
 * backend besides: `active` (requests and WebSockets it answers now) and `failing` (left alone for a while, as requests failed). Its
 * `version` is 0, with no pools, when NGINX holds no document.
 */
export const poolsSocket = `${poolsSocketFolder}/pools.sock`;

/** `GET` of this on the same socket: what NGINX counted since it was started, as JSON (src/render/lua-metrics.ts). */
export const countersPath = '/v1/counters';

/** The PoolsDocument that NGINX reads when it starts and reloads. Whoever sends a document writes this file first. */
export const poolsFile = '/var/lib/evenkeel/pools.json';

/** What is true of pools beyond what NGINX's files say (docs/adr/0011-pools-without-reload.md). */
export interface PoolsDocument {
  /** A whole number from 1 on, of at most 14 digits (Lua's JSON prints no more). NGINX refuses a document that is older than the one it holds. */
  readonly version: number;
  /** By name. For a pool that is not here NGINX's own `server` lines decide. */
  readonly pools: Readonly<Record<string, PoolDocument>>;
}

/** One pool: all its backends, at least one. */
export interface PoolDocument {
  /** For so long after `down` or its first appearance a backend's weight grows from a twentieth to the whole. 0: at once. */
  readonly slowStartMs: number;
  readonly backends: readonly BackendDocument[];
}

/** One backend. `id` is unique within its pool and only names it here. */
export interface BackendDocument {
  readonly id: string;
  /** IPv4 or IPv6, without brackets. */
  readonly address: string;
  readonly port: number;
  /** 1 to 256. */
  readonly weight: number;
  readonly backup: boolean;
  /** `drain`: no new clients; those with its cookie stay. */
  readonly state: 'up' | 'down' | 'drain';
}
