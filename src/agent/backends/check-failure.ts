import type { CheckResult } from './check-result.ts';
import { errorWords } from '../../base/error-words.ts';

/** Refusals of this host's own kernel: they say nothing about the backend (errno(3)). */
const ownTroubles: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOBUFS', 'ENOMEM', 'EADDRNOTAVAIL']);

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'reset the connection',
  EPIPE: 'reset the connection',
  EHOSTUNREACH: 'no host answers at this address',
  ENETUNREACH: 'there is no route to this address',
  ETIMEDOUT: 'no connection',
  EPERM: 'a firewall of this host forbids the connection',
};

const longestError = 200;

/** What an error of a socket means for the check it ended after `ms`. */
export function failedBy(error: unknown, ms: number): CheckResult {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (ownTroubles.has(code)) return { kind: 'skipped', error: `this host could not ask: ${code}` };
  return { kind: 'failed', ms, error: words[code] ?? describe(code, error) };
}

function describe(code: string, error: unknown): string {
  const said = plainText(errorWords(error));
  if (code.startsWith('HPE_')) return `answered something that is not HTTP (${said})`;
  if (code.startsWith('ERR_HTTP2_')) return `answered something that is not HTTP/2 (${said})`;
  if (code.startsWith('ERR_SSL_') || code === 'EPROTO') return `no TLS: ${said}`;
  return said;
}

/** Text from outside for people: one line, without control characters, not long. */
export function plainText(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, ' ').trim();
  return line.length > longestError ? `${line.slice(0, longestError)}...` : line;
}
