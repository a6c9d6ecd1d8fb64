import { compareAddresses, parseAddress, unusableAddress } from '../base/address.ts';
import type { Address } from '../base/address.ts';
import { formatDuration } from '../base/duration.ts';
import type { EdgeDocument, Path } from '../spec/edge-document.ts';
import type { Algorithm, BackendSpec, PoolSpec } from '../spec/spec.ts';
import type { Report } from './findings.ts';
import { checkCheck, milliseconds, resolveCheck } from './resolve-check.ts';
import { namesOfRole, roleOf, roleText } from './host-names.ts';
import { reportEdgeAddress } from './find-network.ts';
import type { Backend, ModelHost, ModelNetwork, Pool } from './model.ts';
import { unknownName } from './unknown-name.ts';

/** A machine without power answers nothing: its requests wait this long before another backend is tried. */
const defaultConnectMs = 1000;

/** The pools of the file in its order, with addresses for backends and all defaults. */
export function resolvePools(
  document: EdgeDocument,
  { hosts, networks }: { readonly hosts: readonly ModelHost[]; readonly networks: readonly ModelNetwork[] },
  report: Report,
): readonly Pool[] {
  return Object.entries(document.spec.pools ?? {}).flatMap(([name, written]): readonly Pool[] => {
    const path = ['pools', name];
    checkBackendSet(name, written, report);
    checkTimes(path, written, report);
    checkCheck([...path, 'check'], written.check ?? {}, report);
    const [first, ...rest] = resolveBackends(
      { document, path: [...path, 'backends'], written, networks },
      hosts,
      report,
    );
    if (first === undefined) return [];
    const { check, timeouts, retry } = written;
    const pool: Pool = {
      name,
      algorithm: written.algorithm ?? 'round-robin',
      hash: written.hash ?? 'uri',
      backends: [first, ...rest],
      check: resolveCheck(check ?? {}),
      timeouts: {
        connectMs: milliseconds(timeouts?.connect, defaultConnectMs),
        readMs: milliseconds(timeouts?.read, 60_000),
        sendMs: milliseconds(timeouts?.send, 60_000),
      },
      retry: { attempts: retry?.attempts ?? 2, withinMs: milliseconds(retry?.within, 5000) },
      panicPercent: written.panic ?? 50,
    };
    return [pool];
  });
}

interface WrittenPool {
  readonly document: EdgeDocument;
  readonly path: Path;
  readonly written: PoolSpec;
  readonly networks: readonly ModelNetwork[];
}

function resolveBackends(
  { document, path, written, networks }: WrittenPool,
  hosts: readonly ModelHost[],
  report: Report,
): readonly Backend[] {
  const seen = new Set<string>();
  return written.backends.flatMap((entry, index): readonly Backend[] => {
    const backend: BackendSpec = typeof entry === 'string' ? { server: entry } : entry;
    const at = typeof entry === 'string' ? [...path, index] : [...path, index, 'server'];
    const target = findTarget({ document, path: at, server: backend.server, networks }, hosts, report);
    if (target === undefined) return [];
    const port = backend.port ?? 80;
    reportSshPort({ name: target.name, port, path: [...at.slice(0, -1), 'port'] }, hosts, report);
    const key = `${target.name} ${port}`;
    if (seen.has(key)) {
      report({
        code: 'EK307',
        path: at,
        part: 'value',
        message: `the backend \`${backend.server}\` with port ${port} stands twice in this pool`,
        fix: 'remove one; a larger share of requests is `weight: 2`',
      });
    }
    seen.add(key);
    return [{ ...target, port, weight: backend.weight ?? 1, backup: backend.backup ?? false }];
  });
}

interface WrittenServer {
  readonly document: EdgeDocument;
  readonly path: Path;
  readonly server: string;
  readonly networks: readonly ModelNetwork[];
}

function findTarget(
  { document: { spec }, path, server, networks }: WrittenServer,
  hosts: readonly ModelHost[],
  report: Report,
): { readonly name: string; readonly address: Address } | undefined {
  const literal = parseAddress(server);
  if (literal !== undefined) {
    const reason = unusableAddress(literal);
    if (reason !== undefined) {
      report({
        code: 'EK421',
        path,
        part: 'value',
        message: `${server} is ${reason}; balancers cannot reach a backend there`,
        fix: 'write the address that balancers reach it by',
      });
    } else reportEdgeAddress(literal, path, { networks, report });
    reportUnreachable({ name: literal.text, addresses: [literal], path }, hosts, report);
    return { name: literal.text, address: literal };
  }
  const role = roleOf(spec, server);
  if (role === undefined) {
    report(unknownName({ noun: 'web server', name: server, known: namesOfRole(spec, 'web'), path }));
    return undefined;
  }
  if (role !== 'web') {
    report({
      code: 'EK302',
      path,
      part: 'value',
      message: `\`${server}\` is ${roleText(role)}; backends are web servers`,
      fix: 'write the name of a host with `role: web`, or an IP address',
    });
    return undefined;
  }
  const host = hosts.find(({ name }) => name === server);
  if (host === undefined) return undefined;
  const address = reportUnreachable({ name: server, addresses: host.addresses, path }, hosts, report);
  return address === undefined ? undefined : { name: server, address };
}

interface ServedPort {
  readonly name: string;
  readonly port: number;
  readonly path: Path;
}

/** NGINX of a managed web server would listen where its SSH server does. */
function reportSshPort({ name, port, path }: ServedPort, hosts: readonly ModelHost[], report: Report): void {
  const host = hosts.find((one) => one.name === name);
  if (host?.kind !== 'web' || !host.managed || (port !== 22 && port !== host.ssh.port)) return;
  report({
    code: 'EK426',
    path,
    part: 'value',
    message: `port ${port} of \`${name}\` is that of its SSH server; NGINX cannot listen there too`,
    fix: 'leave `port` out for 80, or choose a free one',
  });
}

interface Reached {
  readonly name: string;
  readonly addresses: readonly Address[];
  readonly path: Path;
}

/** The first address in a family that every balancer has; reported when there is none. */
function reportUnreachable(
  { name, addresses, path }: Reached,
  hosts: readonly ModelHost[],
  report: Report,
): Address | undefined {
  const balancers = hosts.filter(({ kind }) => kind === 'balancer');
  const usable = addresses
    .filter(({ family }) => balancers.every((balancer) => balancer.addresses.some((own) => own.family === family)))
    .toSorted(compareAddresses);
  if (usable[0] !== undefined) return usable[0];
  const family = addresses[0]?.family ?? 4;
  const without = balancers.find((balancer) => !balancer.addresses.some((own) => own.family === family));
  report({
    code: 'EK420',
    path,
    part: 'value',
    message: `the backend \`${name}\` has only IPv${family}, and the balancer \`${without?.name}\` has none`,
    fix: `give \`${without?.name}\` an IPv${family} address, or \`${name}\` an IPv${family === 4 ? 6 : 4} address`,
  });
  return undefined;
}

/** `backup` is refused by NGINX with these (ngx_http_upstream_module: hash, ip_hash, random). */
const withoutBackup: readonly Algorithm[] = ['client-ip-hash', 'consistent-hash', 'random-two'];

function checkBackendSet(name: string, pool: PoolSpec, report: Report): void {
  const path = ['pools', name];
  if (pool.backends.length === 0) {
    report({
      code: 'EK501',
      path: [...path, 'backends'],
      part: 'value',
      message: `the pool \`${name}\` has no backend`,
      fix: 'list web servers: `backends: [web1, web2]`',
    });
    return;
  }
  const backups = pool.backends.flatMap((entry, index) =>
    typeof entry === 'object' && entry.backup === true ? [index] : [],
  );
  if (backups.length === pool.backends.length) {
    report({
      code: 'EK502',
      path: [...path, 'backends'],
      part: 'key',
      message: `all backends of the pool \`${name}\` are backups`,
      fix: 'remove `backup: true` from at least one',
    });
  }
  const [backup] = backups;
  if (backup !== undefined && pool.algorithm !== undefined && withoutBackup.includes(pool.algorithm)) {
    report({
      code: 'EK503',
      path: [...path, 'backends', backup, 'backup'],
      part: 'value',
      message: `\`backup\` does not go together with the algorithm \`${pool.algorithm}\`: NGINX refuses it`,
      fix: 'remove `backup: true`, or choose round-robin, least-connections or sticky-cookie',
    });
  }
  if (pool.hash !== undefined && pool.algorithm !== 'consistent-hash') {
    report({
      code: 'EK504',
      path: [...path, 'hash'],
      part: 'key',
      message: `\`hash\` has no effect with the algorithm \`${pool.algorithm ?? 'round-robin'}\``,
      fix: 'say `algorithm: consistent-hash`, or remove `hash`',
    });
  }
}

function checkTimes(path: Path, pool: PoolSpec, report: Report): void {
  const connectMs = milliseconds(pool.timeouts?.connect, defaultConnectMs);
  const withinMs = milliseconds(pool.retry?.within, 5000);
  if (withinMs <= connectMs && (pool.retry?.attempts ?? 2) > 1 && pool.backends.length > 1) {
    const says = pool.retry?.within === undefined ? [...path, 'timeouts', 'connect'] : [...path, 'retry', 'within'];
    report({
      code: 'EK505',
      path: says,
      part: 'value',
      message: `retries end after ${formatDuration(withinMs)}, but a dead backend is only given up after ${formatDuration(connectMs)}: no other backend would be tried`,
      fix: 'make `timeouts.connect` shorter than `retry.within`',
    });
  }
  const timeoutMs = milliseconds(pool.check?.timeout, 2000);
  const windowMs = milliseconds(pool.check?.window, 5000);
  if (timeoutMs > windowMs) {
    report({
      code: 'EK505',
      path: pool.check?.timeout === undefined ? [...path, 'check', 'window'] : [...path, 'check', 'timeout'],
      part: 'value',
      message: `a check may take ${formatDuration(timeoutMs)}, longer than the window of ${formatDuration(windowMs)} in which failures count`,
      fix: 'make `check.window` longer than `check.timeout`',
    });
  }
}
