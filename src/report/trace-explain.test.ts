import { describe, expect, test } from 'vitest';
import type { BackendCheck, HostAnswer } from '../facts/status-facts.ts';
import type { ExchangeFacts, LookupFacts, TraceFacts } from '../facts/trace-facts.ts';
import { exampleModel } from '../../test/kit/example-model.ts';
import { plainStyle } from './text-style.ts';
import type { TraceStep } from './trace-document.ts';
import { explainTrace } from './trace-explain.ts';
import { printTrace } from './trace-print.ts';

const model = exampleModel();
const vips = ['192.168.10.100', '192.168.10.200'];

function lookup(server: string, change: Partial<LookupFacts> = {}): LookupFacts {
  return { server, type: 'A', status: 'NOERROR', addresses: vips, ttl: 30, ms: 0.4, reason: '', ...change };
}

const silent: Partial<LookupFacts> = { status: '', addresses: [], ttl: 0, ms: 0, reason: 'no answer in time' };

function balancer(host: string, change: Partial<HostAnswer> = {}): HostAnswer {
  const unit = (name: string) => ({
    name,
    loadState: 'loaded',
    activeState: 'active',
    subState: 'running',
    unitFileState: 'enabled',
    mainPid: 1,
  });
  return {
    host,
    role: 'balancer',
    reachable: true,
    reason: '',
    units: [unit('nginx.service'), unit('keepalived.service')],
    addresses: host === 'lb1' ? ['192.168.10.11', '192.168.10.100'] : ['192.168.10.12', '192.168.10.200'],
    macs: [host === 'lb1' ? '02:00:00:00:00:01' : '02:00:00:00:00:02'],
    vrrp: [],
    drained: false,
    nginxHangs: false,
    settles: false,
    claims: [],
    tables: undefined,
    drainedBackends: [],
    agent: undefined,
    ...change,
  };
}

function check(name: string, up: boolean): BackendCheck {
  const address = name === 'web1' ? '192.168.10.31' : '192.168.10.32';
  const reason = up ? 'answered 200' : 'connection refused';
  return { balancer: 'lb1', pool: 'web', name, address, port: 80, up, reason, ms: 1 };
}

const exchange: ExchangeFacts = {
  failed: undefined,
  address: '192.168.10.100',
  times: { lookup: 1.2, connect: 1.5, tls: 6.5, firstByte: 8.1, total: 8.4 },
  tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
  certificate: {
    subject: 'devops.com',
    issuer: 'evenkeel issuing CA of devops',
    names: ['devops.com', 'www.devops.com'],
    notBefore: '2026-11-22T08:00:00.000Z',
    notAfter: '2026-12-22T08:00:00.000Z',
    fingerprint: 'aa',
  },
  httpVersion: '2',
  status: 200,
  bodyBytes: 1493,
  headers: { 'content-type': 'text/html' },
};

const good: TraceFacts = {
  at: '2026-11-22T09:00:00.000Z',
  target: { url: 'https://devops.com/', scheme: 'https', host: 'devops.com', port: 443 },
  from: 'client',
  resolvers: ['192.168.10.21', '192.168.10.22'],
  lookups: [lookup('192.168.10.21'), lookup('192.168.10.22', { addresses: vips.toReversed() })],
  exchange,
  mac: '02:00:00:00:00:01',
  balancers: [balancer('lb1'), balancer('lb2')],
  told: {
    source: 'header',
    balancer: 'lb1',
    request: '7158d4a1',
    backends: ['192.168.10.32:80'],
    statuses: ['200'],
    connectMs: [0],
    headerMs: [1],
  },
  backends: [check('web1', true), check('web2', true)],
};

function explained(change: Partial<TraceFacts>, inExchange: Partial<ExchangeFacts> = {}): readonly TraceStep[] {
  const { steps } = explainTrace(model, { ...good, exchange: { ...exchange, ...inExchange }, ...change });
  expect(steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7]);
  return steps;
}

function brokenStep(steps: readonly TraceStep[]): string {
  const broken = steps.filter((step) => step.state === 'broken');
  expect(broken).toHaveLength(1);
  const [step] = broken;
  const after = steps.filter((entry) => entry.number > (step?.number ?? 7));
  expect(after.every((entry) => entry.state === 'not-reached' && entry.details.length === 0)).toBe(true);
  expect(step?.next).toMatch(/./);
  return `${step?.number}: ${step?.summary}`;
}

test('the seven steps of a request that arrived', () => {
  const trace = explainTrace(model, good);
  expect(trace).toMatchObject({ version: 1, ok: true, totalMs: 8.4, from: 'client' });
  expect(printTrace(trace, plainStyle)).toMatchInlineSnapshot(`
    "ARRIVED  https://devops.com/ from client in 8.4 ms  2026-11-22 09:00:00 UTC

    1  DNS query  1.2 ms
       dns1 (192.168.10.21) answers devops.com: A 192.168.10.100, 192.168.10.200 (TTL 30 s, 0.4 ms)
       - client asks, in this order: dns1 (192.168.10.21), dns2 (192.168.10.22)
       - dns2 (192.168.10.22): A 192.168.10.200, 192.168.10.100 (TTL 30 s, 0.4 ms)
       - the lookup of this request took 1.2 ms

    2  virtual address  0.3 ms
       vip1 192.168.10.100, held by lb1
       - on the network MAC 02:00:00:00:00:01 answers for 192.168.10.100: lb1
       - lb1 is preferred and has the highest priority (lb1 250, lb2 240)

    3  balancer, TLS  5.0 ms
       lb1 ends TLS: TLSv1.3, TLS_AES_256_GCM_SHA384, HTTP/2
       - TCP stood after 0.3 ms, TLS 5.0 ms later; SNI devops.com
       - certificate of devops.com, issued by evenkeel issuing CA of devops, for devops.com, www.devops.com
       - it is good until 2026-12-22, 29 days left

    4  choice of server
       lb1 chose web2 (192.168.10.32:80) of pool web, round robin
       - not web1 (192.168.10.31:80): up, not its turn (weight 1 of 2)

    5  HTTPS to HTTP  under 1 ms
       decrypted and sent on as plain HTTP/1.1 to web2 (192.168.10.32:80)
       - the web server gets it as X-Request-Id 7158d4a1
       - connected in under 1 ms, or over a connection kept open

    6  response  1.0 ms
       web2 (192.168.10.32:80) answers 200, 1,493 bytes of text/html
       - its header came after 1.0 ms

    7  re-encryption  8.4 ms
       lb1 encrypts the response (TLSv1.3, TLS_AES_256_GCM_SHA384) and sends it to client
       - first byte after 8.1 ms
       - the whole request took 8.4 ms
    "
  `);
});

test('the seven steps when no server can be reached', () => {
  const told = { ...good.told, backends: ['192.168.10.31:80', '192.168.10.32:80'], statuses: ['502', '502'] };
  const facts: TraceFacts = {
    ...good,
    exchange: { ...exchange, status: 502 },
    told: {
      source: 'header',
      balancer: 'lb1',
      request: 'x',
      ...told,
      connectMs: [undefined, undefined],
      headerMs: [undefined, undefined],
    },
    backends: [check('web1', false), check('web2', false)],
  };
  expect(printTrace(explainTrace(model, facts), plainStyle)).toMatchInlineSnapshot(`
    "BROKEN  https://devops.com/ from client: step 4, choice of server  2026-11-22 09:00:00 UTC

    1  DNS query  1.2 ms
       dns1 (192.168.10.21) answers devops.com: A 192.168.10.100, 192.168.10.200 (TTL 30 s, 0.4 ms)
       - client asks, in this order: dns1 (192.168.10.21), dns2 (192.168.10.22)
       - dns2 (192.168.10.22): A 192.168.10.200, 192.168.10.100 (TTL 30 s, 0.4 ms)
       - the lookup of this request took 1.2 ms

    2  virtual address  0.3 ms
       vip1 192.168.10.100, held by lb1
       - on the network MAC 02:00:00:00:00:01 answers for 192.168.10.100: lb1
       - lb1 is preferred and has the highest priority (lb1 250, lb2 240)

    3  balancer, TLS  5.0 ms
       lb1 ends TLS: TLSv1.3, TLS_AES_256_GCM_SHA384, HTTP/2
       - TCP stood after 0.3 ms, TLS 5.0 ms later; SNI devops.com
       - certificate of devops.com, issued by evenkeel issuing CA of devops, for devops.com, www.devops.com
       - it is good until 2026-12-22, 29 days left

    4  choice of server  BROKEN
       lb1 could reach no server of pool web and answered 502
       - pool web, round robin
       - web1 (192.168.10.31:80): connection refused
       - web2 (192.168.10.32:80): connection refused
       next: see the HTTP servers of pool web; run evenkeel status

    5  HTTPS to HTTP: not reached

    6  response: not reached

    7  re-encryption: not reached
    "
  `);
});

describe('step 1, names', () => {
  const noAddress = {
    failed: { at: 'lookup', reason: 'the name could not be resolved' },
    address: '',
    status: 0,
  } as const;

  test('one silent nameserver delays and does not break', () => {
    const [first] = explained({ lookups: [lookup('192.168.10.21', silent), lookup('192.168.10.22')] });
    expect(first?.state).toBe('done');
    expect(first?.summary).toContain('dns2 (192.168.10.22) answers devops.com');
    expect(first?.details).toContain('dns1 (192.168.10.21): no answer in time; client goes on to the next one');
  });

  test('no nameserver answers', () => {
    const lookups = [lookup('192.168.10.21', silent), lookup('192.168.10.22', silent)];
    expect(brokenStep(explained({ lookups }, noAddress))).toBe(
      '1: no nameserver answers: dns1 (192.168.10.21) (no answer in time), dns2 (192.168.10.22) (no answer in time)',
    );
  });

  test.each([
    ['NXDOMAIN', '1: there is no name nope.devops.com (NXDOMAIN)'],
    ['REFUSED', '1: the nameservers do not answer for nope.devops.com (REFUSED): it is in no zone of theirs'],
    ['NOERROR', '1: nope.devops.com has no address (NOERROR)'],
  ])('%s', (status, expected) => {
    const target = { ...good.target, host: 'nope.devops.com' };
    const lookups = [lookup('192.168.10.21', { status, addresses: [] })];
    expect(brokenStep(explained({ target, lookups }, noAddress))).toBe(expected);
  });

  test('an address in the URL needs no name', () => {
    const target = { ...good.target, host: '192.168.10.100' };
    expect(explained({ target, lookups: [] })[0]).toMatchObject({ state: 'not-used' });
  });
});

describe('step 2, the virtual address', () => {
  test.each([
    [
      { reachable: false, reason: 'no answer within 4.5 s', addresses: [] },
      'lb2 is the backup, because lb1 does not answer: no answer within 4.5 s',
    ],
    [{ drained: true, addresses: [] }, 'lb2 is the backup, because lb1 is drained'],
    [{ nginxHangs: true, addresses: [] }, 'lb2 is the backup, because NGINX on lb1 hangs'],
    [
      { units: balancer('lb1').units.map((unit) => ({ ...unit, activeState: 'failed' })), addresses: [] },
      'lb2 is the backup, because on lb1 nginx is failed and keepalived is failed',
    ],
  ])('a backup holds it, and why', (change, expected) => {
    const balancers = [balancer('lb1', change), balancer('lb2', { addresses: vips })];
    const [, second] = explained({ balancers, mac: '02:00:00:00:00:02' });
    expect(second?.summary).toBe('vip1 192.168.10.100, held by lb2');
    expect(second?.details).toContain(expected);
  });

  test('nobody holds it', () => {
    const failed = { at: 'connect', reason: 'no answer in time' } as const;
    const balancers = [balancer('lb1', { addresses: [] }), balancer('lb2', { addresses: [] })];
    expect(
      brokenStep(explained({ balancers, mac: undefined, told: undefined }, { failed, address: '', status: 0 })),
    ).toBe('2: vip1 192.168.10.100 does not answer (no answer in time): nobody holds it');
  });

  test('held, but the port is closed', () => {
    const failed = { at: 'connect', reason: 'connection refused' } as const;
    expect(brokenStep(explained({ told: undefined }, { failed, status: 0 }))).toBe(
      '2: vip1 192.168.10.100 is held by lb1, but port 443 does not answer: connection refused',
    );
  });

  test('an address that is no VIP', () => {
    expect(brokenStep(explained({}, { address: '192.168.10.31' }))).toBe('2: 192.168.10.31 is no VIP of this edge');
  });

  test('two holders are told', () => {
    const balancers = [balancer('lb1'), balancer('lb2', { addresses: vips })];
    expect(explained({ balancers })[1]?.details.at(-1)).toBe(
      'lb1 and lb2 both hold it: they do not hear each other (split brain)',
    );
  });
});

describe('step 3, TLS', () => {
  const tls = (reason: string) => ({ failed: { at: 'tls', reason }, status: 0 }) as const;

  test('an issuer that is not trusted', () => {
    const steps = explained(
      { told: undefined },
      tls('certificate not trusted: unable to get local issuer certificate'),
    );
    expect(brokenStep(steps)).toContain('3: lb1 answers, but there is no TLS with it: certificate not trusted');
    expect(steps[2]?.next).toContain('install the CA certificate');
    expect(steps[2]?.details[0]).toContain('issued by evenkeel issuing CA of devops');
  });

  test('a certificate that has ended', () => {
    const certificate = {
      ...exchange.certificate,
      subject: 'devops.com',
      issuer: 'CA',
      names: ['devops.com'],
      notBefore: '',
      fingerprint: '',
      notAfter: '2026-11-01T00:00:00.000Z',
    };
    const steps = explained({ told: undefined }, { ...tls('certificate not trusted: it has ended'), certificate });
    expect(brokenStep(steps)).toMatch(/^3: /);
    expect(steps[2]?.details).toContain('it ended on 2026-11-01');
    expect(steps[2]?.next).toContain('evenkeel apply');
  });

  test('a name that no site has', () => {
    const target = { ...good.target, host: 'other.devops.com' };
    const steps = explained(
      { target, told: undefined },
      { ...tls('TLS refused: unrecognized name'), certificate: undefined },
    );
    expect(brokenStep(steps)).toContain('no site is called other.devops.com');
  });
});

describe('steps 4 to 6, the web server', () => {
  const told = (change: object) =>
    ({
      source: 'header',
      balancer: 'lb1',
      request: 'x',
      backends: [],
      statuses: [],
      connectMs: [],
      headerMs: [],
      ...change,
    }) as const;

  test('a second try is told', () => {
    const steps = explained({
      told: told({
        backends: ['192.168.10.31:80', '192.168.10.32:80'],
        statuses: ['502', '200'],
        connectMs: [undefined, 1],
        headerMs: [undefined, 3],
      }),
      backends: [check('web1', false), check('web2', true)],
    });
    expect(steps[3]).toMatchObject({
      state: 'done',
      summary: 'lb1 chose web2 (192.168.10.32:80) of pool web, round robin',
      details: [
        'web1 (192.168.10.31:80) was tried first and could not be reached',
        'not web1 (192.168.10.31:80): down, connection refused',
      ],
    });
  });

  test('a web server that takes the request and says nothing', () => {
    const silentServer = told({
      backends: ['192.168.10.32:80'],
      statuses: ['504'],
      connectMs: [1],
      headerMs: [undefined],
    });
    expect(brokenStep(explained({ told: silentServer }, { status: 504 }))).toBe(
      '6: web2 (192.168.10.32:80) took the request and gave no answer; lb1 answered 504',
    );
  });

  test('an error of the web server itself is its own', () => {
    const own = told({ backends: ['192.168.10.32:80'], statuses: ['500'], connectMs: [1], headerMs: [2] });
    expect(brokenStep(explained({ told: own }, { status: 500 }))).toBe(
      '6: web2 (192.168.10.32:80) answers 500, 1,493 bytes of text/html',
    );
    expect(explained({ told: own }, { status: 404 }).every((step) => step.state === 'done')).toBe(true);
  });

  test('to a stranger nothing is told, and that is said', () => {
    const steps = explained({ told: undefined });
    expect(steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'unknown', 'unknown', 'done', 'done']);
    expect(steps[3]?.summary).toContain('lb1 does not say which server it chose');
  });

  test('an HTTP request is redirected by the balancer itself', () => {
    const target = { url: 'http://devops.com/', scheme: 'http', host: 'devops.com', port: 80 } as const;
    const steps = explained(
      { target, told: undefined },
      { status: 308, tls: undefined, certificate: undefined, headers: { location: 'https://devops.com/' } },
    );
    expect(steps.map(({ state }) => state)).toEqual([
      'done',
      'done',
      'not-used',
      'not-used',
      'not-used',
      'not-used',
      'not-used',
    ]);
    expect(steps[3]?.summary).toBe('lb1 answers itself: 308, go to https://devops.com/');
  });
});
