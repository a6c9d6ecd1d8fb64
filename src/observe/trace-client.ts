import { digFailure, parseDig } from '../facts/dns-dig.ts';
import { curlFailure, parseCurlReports } from '../facts/status-curl.ts';
import type { CurlReport } from '../facts/status-curl.ts';
import { parseCurlWords, parseResolvConf } from '../facts/trace-curl.ts';
import type { ExchangeFacts, LookupFacts, TraceTarget } from '../facts/trace-facts.ts';
import { parseNeighbours } from '../facts/vip-sighting.ts';
import type { Host } from '../hosts/host.ts';
import { ask, askTimeoutMs, printed } from './status-ask.ts';

/** What one request needs: where to, how it is recognised in a log, and whom to trust. */
export interface RequestOrder {
  readonly target: TraceTarget;
  /** The User-Agent; unique, so that the request's line is found in an access log. */
  readonly agent: string;
  /** PEM of the certificate authorities to trust; undefined: those of the sending machine. */
  readonly trust: string | undefined;
  readonly timeoutMs: number;
}

/** The resolvers a host uses: its /etc/resolv.conf. */
export async function clientResolvers(client: Host): Promise<readonly string[]> {
  const asked = await ask(client, { argv: ['cat', '/etc/resolv.conf'] });
  return parseResolvConf(printed(asked));
}

/** Asks one server for the addresses of a name, from a client. */
export async function lookupFromClient(client: Host, server: string, name: string): Promise<readonly LookupFacts[]> {
  return Promise.all(
    (['A', 'AAAA'] as const).map(async (type): Promise<LookupFacts> => {
      const asked = await ask(client, {
        argv: [
          'dig',
          '-u',
          `@${server}`,
          '+time=1',
          '+tries=1',
          '+noall',
          '+comments',
          '+question',
          '+answer',
          '+stats',
          '-q',
          name,
          '-t',
          type,
        ],
      });
      const none = { server, type, status: '', addresses: [], ttl: 0, ms: 0 };
      if (asked.kind === 'silent') return { ...none, reason: asked.reason };
      const [reply] = parseDig(asked.outcome.stdout);
      if (reply === undefined) {
        const said = asked.outcome.stdout + asked.outcome.stderr;
        return {
          ...none,
          reason: asked.outcome.exitCode === 127 ? 'dig is not installed' : digFailure(said) || 'no answer',
        };
      }
      const records = reply.records.filter((record) => record.type === type);
      return {
        server,
        type,
        status: reply.status,
        addresses: records.map((record) => record.data),
        ttl: records[0]?.ttl ?? 0,
        ms: reply.ms,
        reason: '',
      };
    }),
  );
}

/** Sends the request from a client, by its own resolver and its own choice among the addresses. */
export async function requestFromClient(client: Host, order: RequestOrder): Promise<ExchangeFacts> {
  const { report, said, words } = await curl(client, order, 'verify');
  const exchange = readExchange(report, said, words);
  if (report?.exitCode !== 60) return exchange;
  // curl shows no certificate that it refused; a second, unverified look tells what was served.
  const again = await curl(client, order, 'look');
  return { ...exchange, certificate: again.report?.certificate, tls: again.words.tls };
}

/** The MAC that a client's kernel has for an address. */
export async function clientMac(client: Host, address: string): Promise<string | undefined> {
  const asked = await ask(client, { argv: ['ip', '-j', 'neigh', 'show', 'to', address] });
  return parseNeighbours(printed(asked)).find((entry) => entry.address === address && entry.state !== 'FAILED')?.mac;
}

async function curl(
  client: Host,
  order: RequestOrder,
  mode: 'verify' | 'look',
): Promise<{
  readonly report: CurlReport | undefined;
  readonly said: string;
  readonly words: ReturnType<typeof parseCurlWords>;
}> {
  const trusted = order.trust === undefined ? [] : ['--cacert', '/dev/stdin'];
  const asked = await ask(client, {
    argv: [
      'curl',
      '--disable',
      '--silent',
      '--verbose',
      '--globoff',
      '--noproxy',
      '*',
      '--max-time',
      String(order.timeoutMs / 1000),
      '--user-agent',
      order.agent,
      '--output',
      '/dev/null',
      '--write-out',
      '0 %{json}\\n',
      ...(mode === 'verify' ? trusted : ['--insecure', '--head']),
      '--url',
      order.target.url,
    ],
    timeoutMs: order.timeoutMs + askTimeoutMs,
    ...(order.trust === undefined ? {} : { stdin: order.trust }),
  });
  if (asked.kind === 'silent') return { report: undefined, said: asked.reason, words: parseCurlWords('') };
  const { exitCode, stdout, stderr } = asked.outcome;
  return {
    report: parseCurlReports(stdout).get(0),
    said: exitCode === 127 ? 'curl is not installed' : stderr.trim(),
    words: parseCurlWords(stderr),
  };
}

function readExchange(
  report: CurlReport | undefined,
  said: string,
  words: ReturnType<typeof parseCurlWords>,
): ExchangeFacts {
  if (report === undefined) return unsentExchange(`the request could not be sent: ${said}`);
  const at = failedAt(report);
  const reason = (at === 'connect' ? words.refusal : '') || curlFailure(report);
  return {
    failed: report.exitCode === 0 ? undefined : { at, reason },
    address: report.remoteAddress || words.triedLast,
    times: report.times,
    tls: words.tls,
    certificate: report.certificate,
    httpVersion: report.status === 0 ? '' : report.httpVersion,
    status: report.status,
    bodyBytes: report.bodyBytes,
    headers: words.headers,
  };
}

/** No request could be sent: there is no address, or nobody to send it. */
export function unsentExchange(reason: string): ExchangeFacts {
  return {
    failed: { at: 'lookup', reason },
    address: '',
    times: { lookup: 0, connect: 0, tls: 0, firstByte: 0, total: 0 },
    tls: undefined,
    certificate: undefined,
    httpVersion: '',
    status: 0,
    bodyBytes: 0,
    headers: {},
  };
}

/** A timeout (28) is told apart by how far curl's clock came. */
function failedAt(report: CurlReport): 'lookup' | 'connect' | 'tls' | 'response' {
  const { exitCode, times } = report;
  if (exitCode === 6 || exitCode === 5) return 'lookup';
  if (exitCode === 7) return 'connect';
  if ([35, 51, 53, 54, 58, 59, 60, 66, 77, 80, 82, 83, 91].includes(exitCode)) return 'tls';
  if (times.lookup === 0) return 'lookup';
  if (times.connect === 0) return 'connect';
  return report.certificate === undefined && times.tls === 0 && exitCode === 28 ? 'tls' : 'response';
}
