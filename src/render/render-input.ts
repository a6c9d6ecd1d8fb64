import type { DesiredProgram } from './desired-file.ts';
import type { Model } from '../model/model.ts';
import type { Platform } from './platform.ts';

/** A site's certificate as PEM: the leaf and its chain, and the key. */
export interface SiteCertificate {
  readonly chainPem: string;
  readonly keyPem: string;
}

/** The agent as it is brought to balancers and nameservers. */
export interface AgentDelivery {
  /** Its program: one file for Node.js. */
  readonly program: Uint8Array;
  /** The Node.js that runs it. */
  readonly runtime: Pick<DesiredProgram, 'path' | 'sizes'>;
}

/** Everything rendering depends on. The same input gives the same bytes. */
export interface RenderInput {
  readonly model: Model;
  /** Host name -> its daemons. Every managed host has one. */
  readonly platforms: ReadonlyMap<string, Platform>;
  /** Site name -> certificate. Every site has one. */
  readonly certificates: ReadonlyMap<string, SiteCertificate>;
  /** TLS session ticket keys, 80 bytes each: the first encrypts, all decrypt (ssl_session_ticket_key). */
  readonly ticketKeys: readonly [Uint8Array, ...Uint8Array[]];
  /** Signs what balancers and witnesses tell each other; `witnessKeyBytes` long. */
  readonly witnessKey: Uint8Array;
  /** Zone name -> SOA serial (RFC 1982), the same on all nameservers. Every zone has one. */
  readonly zoneSerials: ReadonlyMap<string, number>;
  /** Undefined: the hosts are set up without an agent, as exported scripts do; then nobody finds a hung NGINX. */
  readonly agent: AgentDelivery | undefined;
}
