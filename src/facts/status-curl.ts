import { parseCertificate } from './status-certificate.ts';
import type { CertificateFacts } from './status-certificate.ts';
import { isObject, numberAt, parseJson, textAt } from './fields.ts';
import type { JsonObject } from './fields.ts';

/** What curl tells of one transfer (`--write-out '%{json}'`, since 7.88 with the certificates). Times are milliseconds. */
export interface CurlReport {
  /** 0: a response came. Else curl's exit code (curl(1), EXIT CODES). */
  readonly exitCode: number;
  /** curl's own words; empty when all went well. */
  readonly error: string;
  readonly status: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  /** `1.1`, `2`, `3`; `0` without a response. */
  readonly httpVersion: string;
  readonly redirectUrl: string;
  readonly bodyBytes: number;
  readonly headerBytes: number;
  /** OpenSSL's X509_V_ code: 0 is trusted. Set with `--insecure` too. */
  readonly verifyResult: number;
  readonly certificate: CertificateFacts | undefined;
  /** Each counted from the start. 0 when that point was not reached. */
  readonly times: CurlTimes;
}

/** curl's clock: name resolved, TCP connected, TLS done, first byte of the response, end. */
export interface CurlTimes {
  readonly lookup: number;
  readonly connect: number;
  readonly tls: number;
  readonly firstByte: number;
  readonly total: number;
}

/** Reads lines `INDEX JSON` as written by `--write-out 'INDEX %{json}\n'`. Other lines are ignored. */
export function parseCurlReports(text: string): ReadonlyMap<number, CurlReport> {
  const reports = new Map<number, CurlReport>();
  for (const line of text.split('\n')) {
    const [, index, json] = /^(\d+) (\{.*\})$/.exec(line) ?? [];
    const report = json === undefined ? undefined : readReport(parseJson(json));
    if (index !== undefined && report !== undefined) reports.set(Number(index), report);
  }
  return reports;
}

function readReport(value: unknown): CurlReport | undefined {
  if (!isObject(value)) return undefined;
  return {
    exitCode: numberAt(value, 'exitcode'),
    error: textAt(value, 'errormsg'),
    status: numberAt(value, 'response_code'),
    remoteAddress: textAt(value, 'remote_ip'),
    remotePort: numberAt(value, 'remote_port'),
    httpVersion: textAt(value, 'http_version'),
    redirectUrl: textAt(value, 'redirect_url'),
    bodyBytes: numberAt(value, 'size_download'),
    headerBytes: numberAt(value, 'size_header'),
    verifyResult: numberAt(value, 'ssl_verify_result'),
    certificate: parseCertificate(textAt(value, 'certs')),
    times: {
      lookup: milliseconds(value, 'time_namelookup'),
      connect: milliseconds(value, 'time_connect'),
      tls: milliseconds(value, 'time_appconnect'),
      firstByte: milliseconds(value, 'time_starttransfer'),
      total: milliseconds(value, 'time_total'),
    },
  };
}

function milliseconds(value: JsonObject, key: string): number {
  return Math.round(numberAt(value, key) * 1_000_000) / 1000;
}

/**
 * Why a connection could not be made, from curl's standard error (`--verbose`): `connect to 192.0.2.1 port 80 ... failed:
 * Connection refused`. curl's own report says only that it could not. Empty when there is no such line.
 */
export function connectFailure(stderr: string, place: { readonly address: string; readonly port: number }): string {
  // 7.88 prints its progress into the same line, before this.
  const lines = stderr.matchAll(/\* connect to (\S+) port (\d+) (?:from [^\n]*)?failed: ([^\r\n]+)/g);
  for (const [, address, port, words] of lines) {
    if (address === place.address && Number(port) === place.port && words !== undefined) return words.toLowerCase();
  }
  return '';
}

/** curl's failure in the words a person uses: `connection refused`, `timed out after 2000 ms`, ... */
export function curlFailure(report: { readonly exitCode: number; readonly error: string }): string {
  const said = report.error.replace(/^curl: \(\d+\) /, '').trim();
  switch (report.exitCode) {
    case 0:
      return '';
    case 6:
      return 'the name could not be resolved';
    case 7:
      if (/refused|Couldn't connect|Could not connect/i.test(said)) return 'connection refused or host not reached';
      return said || 'no connection';
    case 28:
      return 'no answer in time';
    case 35:
      return `TLS refused: ${opensslWords(said) || 'handshake failed'}`;
    case 52:
      return 'the connection was closed without an answer';
    case 56:
      return 'the connection was reset';
    case 60:
      return `certificate not trusted: ${said}`;
    default:
      return said || `curl ended with ${report.exitCode}`;
  }
}

/** `TLS connect error: error:0A000458:SSL routines::tlsv1 unrecognized name` -> its last part. */
function opensslWords(said: string): string {
  return said.replace(/^.*error:[0-9A-F]+:[^:]*:[^:]*:/, '');
}
