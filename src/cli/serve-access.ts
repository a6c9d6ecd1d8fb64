import { parseAddress } from '../base/address.ts';
import { isHostName } from '../base/dns-name.ts';
import { failure, type Result, success } from '../base/result.ts';
import { errorWords } from '../base/error-words.ts';
import { isLoopback } from '../base/loopback.ts';
import { isAnyAddress, type Listen, readListen } from './serve-listen.ts';

/** What of the flags of `serve` decides who comes in, and how. */
export interface AccessFlags {
  readonly listen: Listen;
  readonly name?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

/** How the dashboard is reached: by a link on this computer alone, or over TLS by whoever has an account. */
export type Access =
  | { readonly kind: 'link' }
  | {
      readonly kind: 'accounts';
      /** Host names and IP addresses by which browsers call it, beside the address it listens on; lower case. */
      readonly names: readonly string[];
      readonly tls:
        | { readonly kind: 'files'; readonly certificate: string; readonly key: string }
        /** Made and kept beside the edge file. */
        | { readonly kind: 'own' };
    };

/** The same flags, whose address and names are still as they were typed. */
type TypedFlags = Omit<AccessFlags, 'listen'> & { readonly listen: string };

/** Reads the address and the names, and what they ask for; or what is wrong, without a final stop. */
export function readAccess(
  typed: TypedFlags,
): Result<{ readonly flags: AccessFlags; readonly access: Access }, string> {
  const { listen, name, tlsCert, tlsKey } = typed;
  try {
    const flags = {
      listen: readListen(listen),
      ...(name === undefined ? {} : { name: name.map(readServerName) }),
      ...(tlsCert === undefined ? {} : { tlsCert }),
      ...(tlsKey === undefined ? {} : { tlsKey }),
    };
    const access = accessOf(flags);
    return access.ok ? success({ flags, access: access.value }) : access;
  } catch (error) {
    return failure(errorWords(error));
  }
}

/**
 * What the flags ask for, or why that can't be: a sentence without a final stop.
 *
 * | listens on | names or a certificate | access |
 * |---|---|---|
 * | loopback | none | link |
 * | loopback | given | accounts |
 * | an address | any | accounts |
 * | all addresses | no name | refused: browsers never call it so |
 */
export function accessOf(flags: AccessFlags): Result<Access, string> {
  const { listen, name = [], tlsCert, tlsKey } = flags;
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    return failure('a certificate needs its key: give both --tls-cert FILE and --tls-key FILE');
  }
  if (isLoopback(listen.address) && name.length === 0 && tlsCert === undefined) return success({ kind: 'link' });
  if (isAnyAddress(listen) && name.length === 0) {
    return failure(
      `${listen.address} stands for all addresses, and no browser calls a server so; say how they call it: --name edge.example.org, or its address`,
    );
  }
  return success(accountAccessOf(flags));
}

/** What the flags ask for where there is no link: whoever comes has an account. The flags are ones that `accessOf` takes. */
export function accountAccessOf({
  name = [],
  tlsCert,
  tlsKey,
}: AccessFlags): Extract<Access, { readonly kind: 'accounts' }> {
  const files = tlsCert !== undefined && tlsKey !== undefined;
  const tls = files ? { kind: 'files' as const, certificate: tlsCert, key: tlsKey } : { kind: 'own' as const };
  return { kind: 'accounts', names: [...new Set(name)], tls };
}

/** Reads a name by which browsers call the dashboard: a host name or an IP address. Throws an Error that says what is wrong. */
export function readServerName(text: string): string {
  const address = parseAddress(text.replace(/^\[(.*)\]$/, '$1'));
  if (address !== undefined) return address.text;
  // The last label of a host name is never a number (RFC 1123, section 2.1).
  if (isHostName(text) && !/(^|\.)\d+$/.test(text)) return text.toLowerCase();
  throw new Error(`${text} is no host name and no address; give one such as edge.example.org, without a port`);
}
