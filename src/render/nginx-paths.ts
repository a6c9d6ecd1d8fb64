import { createHash } from 'node:crypto';
import { witnessKeyPath } from '../model/witness-paths.ts';

/** Where the main file lies. Debian's own sites-enabled and conf.d are not read from it. */
export const nginxConfPath = '/etc/nginx/nginx.conf';

/** Everything else that is evenkeel's. */
const folder = '/etc/nginx/evenkeel';

/** The servers that belong to no site: refusals, health, status. */
export const edgeConfPath = `${folder}/edge.conf`;

/** The file of a pool's upstreams. */
export function poolPath(pool: string): string {
  return `${folder}/pools/${fileName(pool)}.conf`;
}

/** The file of a site's servers. */
export function sitePath(site: string): string {
  return `${folder}/sites/${fileName(site)}.conf`;
}

/** A site's certificate with its chain, and its key. */
export function tlsPaths(site: string): { readonly chain: string; readonly key: string } {
  return { chain: `${folder}/tls/${fileName(site)}/chain.pem`, key: `${folder}/tls/${fileName(site)}/key.pem` };
}

/** A session ticket key, counted from 1. The first encrypts. */
export function ticketPath(number: number): string {
  return `${folder}/tickets/${number}.key`;
}

/** Whether a file is a certificate, a key or the witnesses' key: bytes that come from outside the model. */
export function isTlsMaterial(path: string): boolean {
  return path.startsWith(`${folder}/tls/`) || path.startsWith(`${folder}/tickets/`) || path === witnessKeyPath;
}

/** Longest name of a file without its end; file systems take 255 bytes, and a file is staged under a longer name. */
const longestFileName = 160;

/**
 * A name as a file name: `*` becomes `_wildcard_`, any other character outside letters, digits, inner dots and hyphens
 * becomes `_`, its code in hex, `_`; a long name ends with its hash instead. Different names give different file names,
 * and none leaves its folder.
 */
export function fileName(name: string): string {
  const plain = name.replaceAll(/[^A-Za-z0-9.-]|^\./gu, (char) =>
    char === '*' ? '_wildcard_' : `_${(char.codePointAt(0) ?? 0).toString(16).padStart(2, '0')}_`,
  );
  if (plain.length <= longestFileName) return plain;
  const hash = createHash('sha256').update(name).digest('hex').slice(0, 32);
  return `${plain.slice(0, longestFileName - hash.length - 1)}_${hash}`;
}
