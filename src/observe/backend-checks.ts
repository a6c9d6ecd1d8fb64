import type { BackendCheck } from '../facts/status-facts.ts';
import { connectFailure, curlFailure, parseCurlReports } from '../facts/status-curl.ts';
import type { CurlReport } from '../facts/status-curl.ts';
import type { Host } from '../hosts/host.ts';
import type { Backend, Check, Pool } from '../model/model.ts';
import { ask, askTimeoutMs } from './status-ask.ts';
import { curlArguments, urlHost } from './status-curl-command.ts';

/** Sends a pool's own check to each of its backends, from one balancer, all at once. */
export async function checkBackends(balancer: Host, pool: Pool): Promise<readonly BackendCheck[]> {
  const transfers = pool.backends.map((backend, index) =>
    curlArguments({
      index,
      url: `${pool.check.kind === 'https' ? 'https' : 'http'}://${urlHost(backend.address)}:${backend.port}${pool.check.path}`,
      timeoutMs: pool.check.timeoutMs,
      extra: [
        // Certificates of backends are internal: the agent's checks do not judge them either.
        ...(pool.check.kind === 'https' ? ['--insecure'] : []),
        ...(pool.check.host === undefined ? [] : ['--header', `Host: ${pool.check.host}`]),
      ],
    }),
  );
  const asked = await ask(balancer, {
    argv: ['curl', '--disable', '--verbose', '--parallel', '--parallel-immediate', ...joinTransfers(transfers)],
    timeoutMs: pool.check.timeoutMs + askTimeoutMs,
  });
  if (asked.kind === 'silent')
    return pool.backends.map((backend) => unknownCheck({ balancer, pool, backend }, asked.reason));
  const reports = parseCurlReports(asked.outcome.stdout);
  return pool.backends.map((backend, index) => {
    const report = reports.get(index);
    const place = { balancer, pool, backend };
    if (report !== undefined) return judgedCheck(place, report, asked.outcome.stderr);
    const missing = asked.outcome.exitCode === 127 ? 'curl is not installed' : asked.outcome.stderr.trim();
    return unknownCheck(place, `could not be checked from ${balancer.name}: ${missing || 'curl said nothing'}`);
  });
}

/** Puts `--next` between the transfers of one curl. */
export function joinTransfers(transfers: readonly (readonly string[])[]): readonly string[] {
  return transfers.flatMap((transfer, index) => (index === 0 ? transfer : ['--next', ...transfer]));
}

interface Place {
  readonly balancer: Host;
  readonly pool: Pool;
  readonly backend: Backend;
}

function judgedCheck(place: Place, report: CurlReport, stderr: string): BackendCheck {
  const { check } = place.pool;
  // curl speaks neither of the others: to be connected is all that it can tell.
  if ((check.kind === 'tcp' || check.kind === 'grpc') && report.times.connect > 0) {
    return { ...unknownCheck(place, 'accepts connections'), up: true, ms: report.times.connect };
  }
  const ms = report.times.total;
  const up = report.exitCode === 0 && check.statuses.includes(report.status);
  const { address, port } = place.backend;
  const refused = report.exitCode === 7 ? connectFailure(stderr, { address: address.text, port }) : '';
  return { ...unknownCheck(place, refused || checkReason(report, check)), up, ms };
}

function checkReason(report: CurlReport, check: Check): string {
  if (report.exitCode === 28) return `no answer within ${check.timeoutMs} ms`;
  if (report.exitCode !== 0) return curlFailure(report);
  return check.statuses.includes(report.status)
    ? `answered ${report.status}`
    : `answered ${report.status}, ${check.statuses.join(' or ')} expected for ${check.path}`;
}

function unknownCheck({ balancer, pool, backend }: Place, reason: string): BackendCheck {
  return {
    balancer: balancer.name,
    pool: pool.name,
    name: backend.name,
    address: backend.address.text,
    port: backend.port,
    up: false,
    reason,
    ms: 0,
  };
}
