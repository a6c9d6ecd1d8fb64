import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { digFailure, parseDig } from './dns-dig.ts';
import { coversName, daysLeft, parseCertificate } from './status-certificate.ts';
import { connectFailure, curlFailure, parseCurlReports } from './status-curl.ts';
import { parseVrrpLog } from './status-vrrp-log.ts';
import { parseCurlWords, parseResolvConf } from './trace-curl.ts';
import { parseTold, parseToldLog } from './trace-told.ts';
import { parseArping, parseNeighbours, parseRouteTo } from './vip-sighting.ts';

/** What the tools printed in a lab of each release, taken on 2026-11-22. */
function printed(release: 'debian12' | 'debian13', name: string): string {
  return readFileSync(new URL(`../../test/fixtures/status/${release}/${name}`, import.meta.url), 'utf8');
}

describe('dig', () => {
  test('several questions in one run: answers, serial, no data, no name', () => {
    const replies = parseDig(printed('debian13', 'dig.txt'));
    expect(replies.map(({ name, type, status, records }) => [name, type, status, records.length])).toEqual([
      ['devops.com', 'SOA', 'NOERROR', 1],
      ['devops.com', 'A', 'NOERROR', 2],
      ['www.devops.com', 'A', 'NOERROR', 2],
      ['devops.com', 'AAAA', 'NOERROR', 0],
      ['nope.devops.com', 'A', 'NXDOMAIN', 0],
    ]);
    expect(replies[0]?.records[0]?.data.split(' ')[2]).toBe('2026112200');
    expect(replies[1]).toMatchObject({
      authoritative: true,
      ms: 0,
      records: [
        { name: 'devops.com', ttl: 30, type: 'A', data: '192.168.10.200' },
        { name: 'devops.com', ttl: 30, type: 'A', data: '192.168.10.100' },
      ],
    });
  });

  test('Debian 12, IPv6, and time in microseconds', () => {
    const [, answer] = parseDig(printed('debian12', 'dig.txt'));
    expect(answer?.records.map((record) => record.data).toSorted()).toEqual([
      'fd00:20::101',
      'fd00:20::102',
      'fd00:20::103',
    ]);
    expect(parseDig(printed('debian13', 'dig-usec.txt'))[0]?.ms).toBe(0.606);
  });

  test.each(['debian12', 'debian13'] as const)('a silent server on %s', (release) => {
    expect(parseDig(printed(release, 'dig-silent.txt'))).toEqual([]);
    expect(digFailure(printed(release, 'dig-silent.txt'))).toBe('no answer in time');
    expect(digFailure(';; communications error to 192.168.10.21#53: connection refused')).toBe('connection refused');
  });
});

describe('who answers for an address', () => {
  test('arping names every MAC once', () => {
    expect(parseArping(printed('debian13', 'arping-two.txt'))).toEqual(['02:2a:04:58:7f:d7', '02:b0:32:ff:5a:24']);
    expect(parseArping(printed('debian12', 'arping.txt'))).toEqual(['02:57:39:8e:3c:9b']);
    expect(parseArping(printed('debian13', 'arping-none.txt'))).toEqual([]);
  });

  test('the neighbour table, without entries that have no MAC', () => {
    const neighbours = parseNeighbours(printed('debian12', 'ip-neigh.txt'));
    expect(neighbours.find(({ address }) => address === 'fd00:20::101')).toEqual({
      address: 'fd00:20::101',
      mac: '02:57:39:8e:3c:9b',
      state: 'REACHABLE',
    });
    expect(neighbours.some(({ address }) => address === '10.20.0.99')).toBe(false);
    expect(parseNeighbours('')).toEqual([]);
  });

  test('routes on the link and through a gateway', () => {
    expect(parseRouteTo(printed('debian13', 'ip-route.txt'))).toEqual({ device: 'eth0', gateway: undefined });
    expect(parseRouteTo(printed('debian12', 'ip-route.txt'))).toEqual({ device: 'eth0', gateway: undefined });
    expect(parseRouteTo(printed('debian13', 'ip-route-gateway.txt'))).toMatchObject({ gateway: '192.168.10.1' });
    expect(parseRouteTo('RTNETLINK answers: Network is unreachable')).toBeUndefined();
  });
});

describe('curl', () => {
  test.each([
    ['debian12', 'fd00:20::101', 'example.com'],
    ['debian13', '192.168.10.100', 'devops.com'],
  ] as const)('a whole exchange on %s', (release, address, name) => {
    const report = parseCurlReports(printed(release, 'curl-ok.txt')).get(0);
    expect(report).toMatchObject({ exitCode: 0, status: 200, httpVersion: '2', remotePort: 443, verifyResult: 0 });
    expect(report?.remoteAddress).toMatch(release === 'debian12' ? /^fd00:20::10[123]$/ : address);
    expect(report?.certificate).toMatchObject({
      subject: name,
      issuer: expect.stringContaining('evenkeel issuing CA'),
    });
    const { lookup, connect, tls, firstByte, total } = report?.times ?? {
      lookup: 0,
      connect: 0,
      tls: 0,
      firstByte: 0,
      total: 0,
    };
    expect([lookup, connect, tls, firstByte, total]).toEqual(
      [lookup, connect, tls, firstByte, total].toSorted((a, b) => a - b),
    );
    const words = parseCurlWords(printed(release, 'curl-ok.err'));
    expect(words.tls).toEqual({ version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' });
    expect(words.headers).toMatchObject({ server: 'nginx', 'evenkeel-balancer': expect.stringMatching(/^lb[123]$/) });
  });

  test.each(['debian12', 'debian13'] as const)('refusals on %s, and the address that was tried', (release) => {
    const untrusted = parseCurlReports(printed(release, 'curl-untrusted.txt')).get(0);
    expect(untrusted?.exitCode).toBe(60);
    expect(untrusted === undefined ? '' : curlFailure(untrusted)).toMatch(
      /^certificate not trusted: .*issuer certificate$/,
    );
    expect(parseCurlWords(printed(release, 'curl-untrusted.err')).triedLast).toMatch(
      /^(fd00:20::10[123]|192\.168\.10\.200)$/,
    );
    const unknown = parseCurlReports(printed(release, 'curl-unknown-name.txt')).get(0);
    expect(unknown === undefined ? '' : curlFailure(unknown)).toBe('TLS refused: tlsv1 unrecognized name');
  });

  test('a refused connection, also behind a progress line', () => {
    const place12 = { address: '10.20.0.40', port: 8080 };
    expect(connectFailure(printed('debian12', 'curl-refused.err'), place12)).toBe('connection refused');
    expect(connectFailure(printed('debian12', 'curl-refused.err'), { ...place12, port: 80 })).toBe('');
    expect(connectFailure(printed('debian13', 'curl-refused.err'), { address: '192.168.10.31', port: 81 })).toBe(
      'connection refused',
    );
    expect(parseCurlWords(printed('debian13', 'curl-refused.err')).refusal).toBe('connection refused');
  });

  test('lines that are no report are skipped, and a broken one is not half read', () => {
    expect(parseCurlReports('noise\n3 {"exitcode":7}\n4 {"exitcode":\n').size).toBe(1);
  });
});

describe("keepalived's log", () => {
  test('the last state of each instance; stopped ones have stopped', () => {
    const [vip1, vip2] = parseVrrpLog(printed('debian13', 'journal-keepalived.txt'));
    expect(vip1).toEqual({ instance: 'vip1', state: 'MASTER', since: 1795337862.069202 });
    expect(vip2).toMatchObject({ instance: 'vip2', state: 'BACKUP' });
    expect(parseVrrpLog(printed('debian12', 'journal-keepalived.txt')).map(({ instance }) => instance)).toEqual([
      'vip1',
      'vip2',
      'vip3',
    ]);
    const stopped = printed('debian13', 'journal-keepalived.txt').split('\n').slice(0, 22).join('\n');
    expect(parseVrrpLog(stopped).map(({ state }) => state)).toEqual(['STOP', 'STOP']);
  });
});

describe('certificates', () => {
  const certificate = parseCurlReports(printed('debian13', 'curl-ok.txt')).get(0)?.certificate;

  test('names, dates and fingerprint', () => {
    expect(certificate).toMatchObject({
      names: ['devops.com', 'www.devops.com'],
      notAfter: '2026-12-22T08:54:06.000Z',
    });
    expect(certificate?.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    expect(parseCertificate('no certificate')).toBeUndefined();
    expect(parseCertificate('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----')).toBeUndefined();
  });

  test('days are rounded down, below zero too', () => {
    const notAfter = '2026-12-22T08:00:00.000Z';
    expect(daysLeft({ notAfter }, new Date('2026-12-21T09:00:00Z'))).toBe(0);
    expect(daysLeft({ notAfter }, new Date('2026-12-22T09:00:00Z'))).toBe(-1);
  });

  test.each([
    ['*.app.example.com', 'x.app.example.com', true],
    ['*.app.example.com', 'app.example.com', false],
    ['*.app.example.com', 'a.b.app.example.com', false],
    ['Example.com', 'example.COM', true],
  ])('%s covers %s: %s', (name, wanted, covered) => {
    expect(coversName({ names: [name] }, wanted)).toBe(covered);
  });
});

describe('what a balancer tells', () => {
  test('a second try, and one that never connected', () => {
    const text = { source: 'header', balancer: 'lb1', request: 'ab' } as const;
    const told = parseTold({
      ...text,
      backend: '10.0.0.1:80, 10.0.0.2:80',
      status: '502, 200',
      connect: '-, 0.001',
      header: '-, 0.014',
    });
    expect(told).toMatchObject({
      backends: ['10.0.0.1:80', '10.0.0.2:80'],
      connectMs: [undefined, 1],
      headerMs: [undefined, 14],
    });
    expect(parseTold({ ...text, backend: '', status: '', connect: '', header: '' }).backends).toEqual([]);
  });

  test("the access log's line of this very request", () => {
    const log = printed('debian13', 'nginx-access.txt');
    const told = parseToldLog(log, 'evenkeel-trace/875d02cfce841158');
    expect(told).toMatchObject({ source: 'log', balancer: 'lb1', backends: ['192.168.10.31:80'], statuses: ['200'] });
    expect(parseToldLog(log, 'evenkeel-trace/697a11a1f7c909c7')?.backends).toEqual([]);
    expect(parseToldLog(log, 'evenkeel-trace/none')).toBeUndefined();
  });

  test("a client's resolvers, in order", () => {
    expect(parseResolvConf(printed('debian13', 'resolv.conf'))).toEqual(['192.168.10.21', '192.168.10.22']);
  });
});
