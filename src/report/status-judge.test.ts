import { describe, expect, test } from 'vitest';
import { ignoreEvents } from '../base/event.ts';
import { observeStatus } from '../observe/status-observe.ts';
import { exampleModel, modelOfSites } from '../../test/kit/example-model.ts';
import { statusWorld } from '../../test/kit/status-world.ts';
import type { WorldFaults } from '../../test/kit/status-world.ts';
import type { CertificateStatus, EdgeStatus } from './edge-status.ts';
import type { Model } from '../model/model.ts';
import { certificateProblems } from './status-certificates.ts';
import { judgeStatus } from './status-judge.ts';
import { printStatus } from './status-print.ts';
import { plainStyle } from './text-style.ts';

const model = exampleModel();
const at = '2026-11-22T09:00:00Z';
const vip1 = '192.168.10.100';

async function statusOf(faults: WorldFaults, edge: Model = model): Promise<EdgeStatus> {
  const facts = await observeStatus({
    model: edge,
    ...statusWorld(edge, faults),
    now: () => new Date(at),
    emit: ignoreEvents,
  });
  return judgeStatus(edge, facts);
}

async function messagesOf(faults: WorldFaults): Promise<readonly string[]> {
  const { problems } = await statusOf(faults);
  return problems.map(({ severity, code, message }) => `${severity} ${code}: ${message}`);
}

test('a healthy edge has no problem, and the keys that the issue promises', async () => {
  const status = await statusOf({});
  expect(status).toMatchObject({ version: 1, edge: 'devops', healthy: true, problems: [] });
  expect(status.vips[0]).toMatchObject({
    name: 'vip1',
    address: vip1,
    preferred: 'lb1',
    holders: ['lb1'],
    answeredBy: ['lb1'],
  });
  expect(status.backends[0]).toMatchObject({ address: '192.168.10.31', balancer: 'lb1', up: true, pool: 'web' });
  expect(status.nameservers[0]).toMatchObject({ host: 'dns1', answers: [vip1, '192.168.10.200'] });
  expect(status.certificates[0]).toMatchObject({ site: 'devops.com', daysLeft: 29 });
  // What a reader of the JSON gets is the same document.
  expect(JSON.parse(JSON.stringify(status))).toEqual(status);
});

test('a table that somebody flushed is a warning with the command that loads it, and silence is none', async () => {
  const { healthy, problems, balancers } = await statusOf({ flushed: ['lb2'] });
  expect(healthy).toBe(true);
  expect(balancers.map(({ lostTables }) => lostTables)).toEqual([[], ['inet evenkeel', 'ip evenkeel-handover']]);
  expect(problems.map(({ code, message, next }) => [code, message, next])).toEqual([
    [
      'table-lost',
      'the nftables table inet evenkeel is gone on lb2, so VRRP of strangers is heard: somebody flushed it',
      'on lb2: systemctl reload-or-restart evenkeel-firewall.service',
    ],
    [
      'table-lost',
      'the nftables table ip evenkeel-handover is gone on lb2, so connections break when their VIP moves there: somebody flushed it',
      'on lb2: systemctl reload-or-restart evenkeel-handover.service',
    ],
  ]);
  expect((await statusOf({ missing: ['nft'] })).problems).toEqual([]);
});

test('sites and names beyond the limit of one status are counted, not passed over', async () => {
  const status = await statusOf({}, modelOfSites(90));
  expect(status.notAsked).toEqual({ sites: 70, names: 30 });
  expect(printStatus(status, plainStyle)).toContain('Not asked: 70 sites and 30 questions to each nameserver');
  expect(printStatus(await statusOf({}), plainStyle)).not.toContain('Not asked');
});

test('a nameserver without a zone is asked all the same', async () => {
  const bare = { ...model, sites: [], zones: [] };
  expect((await statusOf({}, bare)).nameservers[0]).toMatchObject({ host: 'dns1', answering: true });
  expect((await statusOf({ silent: ['dns1'] }, bare)).nameservers[0]).toMatchObject({ answering: false });
});

describe('what is wrong is said, with its cause', () => {
  const cases: readonly (readonly [string, WorldFaults, readonly string[]])[] = [
    [
      'a balancer without power',
      { silent: ['lb1'] },
      [
        'error host-silent: lb1 does not answer over SSH: the connection to lb1 was lost',
        'warning vip-moved: vip1 192.168.10.100 is on lb2, not on lb1 which is preferred',
      ],
    ],
    [
      'NGINX stopped',
      { stopped: ['lb1 nginx.service'] },
      [
        'error unit-not-running: nginx on lb1 is inactive',
        'warning vip-moved: vip1 192.168.10.100 is on lb2, not on lb1 which is preferred',
      ],
    ],
    [
      'no balancer serves',
      { stopped: ['lb1 keepalived.service', 'lb2 keepalived.service'] },
      [
        'error unit-not-running: keepalived on lb1 is inactive',
        'error unit-not-running: keepalived on lb2 is inactive',
        'error vip-nobody: nobody holds vip1 192.168.10.100',
        'error vip-nobody: nobody holds vip2 192.168.10.200',
        'error site-failing: https://devops.com/ through vip1 192.168.10.100 fails: no answer in time',
        'error site-failing: https://devops.com/ through vip2 192.168.10.200 fails: no answer in time',
      ],
    ],
    [
      'split brain',
      { holders: { [vip1]: ['lb1', 'lb2'] } },
      [
        'error vip-several: lb1 and lb2 hold vip1 192.168.10.100 at the same time: they do not hear each other (split brain)',
      ],
    ],
    [
      'a VIP on a machine that is no balancer',
      { holders: { [vip1]: ['lb1', 'web2'] } },
      ['error vip-several: web2 has vip1 192.168.10.100 on an interface and is no balancer'],
    ],
    [
      'a stranger on the network with the same address',
      { answering: { [vip1]: ['lb1', 'alien'] } },
      [
        'error vip-wrong-answer: lb1 holds vip1 192.168.10.100, but lb1 and 02:61:6c:69:65:6e answer for it on the network',
      ],
    ],
    [
      'a holder nobody hears',
      { answering: { [vip1]: [] } },
      [
        'error vip-unanswered: lb1 holds vip1 192.168.10.100, but nobody answers for it on the network (asked from client)',
      ],
    ],
    [
      'a backend that is down for all',
      { refusing: ['192.168.10.31'] },
      ['error backend-down: web1 (192.168.10.31:80) in pool web is down: connection refused or host not reached'],
    ],
    [
      'a backend that one balancer cannot reach',
      { refusing: ['lb2 192.168.10.31'] },
      [
        "error backend-not-reached: web1 (192.168.10.31:80) in pool web is up, but lb2 can't reach it: connection refused or host not reached",
      ],
    ],
    [
      'PowerDNS stopped',
      { stopped: ['dns2 pdns.service'] },
      [
        'error unit-not-running: pdns on dns2 is inactive',
        'error nameserver-silent: dns2 (192.168.10.22) does not answer DNS: connection refused',
      ],
    ],
    [
      'a nameserver without power',
      { silent: ['dns2'] },
      ['error host-silent: dns2 does not answer over SSH: the connection to dns2 was lost'],
    ],
    [
      'an answer that is a host',
      { answers: { 'dns1 A': ['192.168.10.11'] } },
      [
        'error name-wrong: dns1 answers devops.com A with 192.168.10.11, which is no VIP of it',
        'error name-wrong: dns1 answers www.devops.com A with 192.168.10.11, which is no VIP of it',
      ],
    ],
    [
      'a VIP that DNS finds dead',
      { answers: { 'dns1 A': [vip1] } },
      [
        'error name-incomplete: dns1 leaves 192.168.10.200 out of devops.com A: its own check finds it dead',
        'error name-incomplete: dns1 leaves 192.168.10.200 out of www.devops.com A: its own check finds it dead',
      ],
    ],
    [
      'nameservers that differ',
      { serials: { dns1: 2026112201, dns2: 2026112199 } },
      [
        'error serials-differ: the nameservers do not agree on devops.com: dns1 has serial 2026112201, dns2 has serial 2026112199',
      ],
    ],
    [
      'an NGINX that hangs, and agents that do not answer',
      { hung: ['lb1'], mute: ['lb2', 'dns1'], holders: { [vip1]: ['lb2'] } },
      [
        'error nginx-hung: NGINX on lb1 hangs: its processes are there and answer nobody',
        'warning agent-silent: the agent on lb2 does not answer, so nobody sees what only it can see',
        'warning agent-silent: the agent on dns1 does not answer, so nobody sees what only it can see',
        'warning vip-moved: vip1 192.168.10.100 is on lb2, not on lb1 which is preferred',
      ],
    ],
    [
      'a drained balancer that still holds',
      { drained: ['lb1'] },
      ['warning balancer-drained: lb1 is kept out of service by a person (drained)'],
    ],
  ];
  test.each(cases)('%s', async (_name, faults, expected) => {
    expect(await messagesOf(faults)).toEqual(expected);
    const { healthy, problems } = await statusOf(faults);
    expect(healthy).toBe(expected.every((line) => line.startsWith('warning')));
    expect(problems.every((problem) => problem.next !== '' && problem.subject !== '')).toBe(true);
  });

  test('a drained balancer comes back by a command that tells everybody, and not by a file', async () => {
    const { problems } = await statusOf({ drained: ['lb1'] });
    expect(problems.map(({ next }) => next)).toEqual(['evenkeel undrain lb1']);
  });
});

describe('certificates', () => {
  const served: CertificateStatus = {
    site: 'devops.com',
    name: 'devops.com',
    servedAt: 'vip1',
    address: vip1,
    daysLeft: 30,
    notAfter: '2026-12-22T08:00:00.000Z',
    subject: 'devops.com',
    issuer: 'CA',
    names: ['devops.com'],
    fingerprint: 'aa',
  };
  test.each([
    [{ daysLeft: 8 }, undefined, undefined],
    [{ daysLeft: 7 }, 'warning', 'certificate-ending'],
    [{ daysLeft: 2 }, 'error', 'certificate-ending'],
    [{ daysLeft: -1 }, 'error', 'certificate-ended'],
    [{ names: ['example.org'] }, 'error', 'certificate-wrong-name'],
  ] as const)('%j', (change, severity, code) => {
    const [problem] = certificateProblems([{ ...served, ...change }]);
    expect(problem?.severity).toBe(severity);
    expect(problem?.code).toBe(code);
  });

  test('two certificates for one site', () => {
    const other = { ...served, servedAt: 'lb2', fingerprint: 'bb', notAfter: '2026-12-01T08:00:00.000Z' };
    expect(certificateProblems([served, other]).map(({ message }) => message)).toEqual([
      'devops.com is served with different certificates: vip1 until 2026-12-22; lb2 until 2026-12-01',
    ]);
  });
});

describe('the status as text', () => {
  test('a healthy edge', async () => {
    expect(printStatus(await statusOf({}), plainStyle)).toMatchInlineSnapshot(`
      "HEALTHY  devops  2026-11-22 09:00:00 UTC

      VIPs
        name  address         held by          seen on the network
        vip1  192.168.10.100  lb1 (preferred)  lb1 (02:6c:62:31:20:20)  since 2026-11-22 08:57:42 UTC
        vip2  192.168.10.200  lb2 (preferred)  lb2 (02:6c:62:32:20:20)  since 2026-11-22 08:57:42 UTC

      Balancers
        host  nginx   keepalived  agent   holds
        lb1   active  active      active  vip1
        lb2   active  active      active  vip2

      Backends
        pool  server  address           from lb1    from lb2
        web   web1    192.168.10.31:80  up, 2.0 ms  up, 2.0 ms
        web   web2    192.168.10.32:80  up, 2.0 ms  up, 2.0 ms

      Nameservers
        host  powerdns  agent   answers                        serial
        dns1  active    active  192.168.10.100 192.168.10.200  2026112201
        dns2  active    active  192.168.10.100 192.168.10.200  2026112201

      Web servers
        host  nginx
        web1  active
        web2  active

      Sites
        name        through    answer  time
        devops.com  vip1 vip2  200     15 ms

      Certificates
        name        days left  until       issued by                      served at
        devops.com  29 days    2026-12-22  evenkeel issuing CA of devops  vip1 vip2 lb1 lb2
      "
    `);
  });

  test('an edge with two hosts down', async () => {
    const status = await statusOf({ silent: ['lb1', 'dns1'], refusing: ['192.168.10.31'] });
    expect(printStatus(status, plainStyle)).toMatchInlineSnapshot(`
      "NOT HEALTHY  devops: 3 problems, 1 warning  2026-11-22 09:00:00 UTC

      problem  lb1 does not answer over SSH: the connection to lb1 was lost
               log in to lb1 by hand; when nothing answers, see its power and network
      problem  dns1 does not answer over SSH: the connection to dns1 was lost
               log in to dns1 by hand; when nothing answers, see its power and network
      problem  web1 (192.168.10.31:80) in pool web is down: connection refused or host not reached
               see the HTTP server on web1
      warning  vip1 192.168.10.100 is on lb2, not on lb1 which is preferred
               it returns by itself once lb1 is well

      VIPs
        name  address         held by                 seen on the network
        vip1  192.168.10.100  lb2 (lb1 is preferred)  lb2 (02:6c:62:32:20:20)  since 2026-11-22 08:57:42 UTC
        vip2  192.168.10.200  lb2 (preferred)         lb2 (02:6c:62:32:20:20)  since 2026-11-22 08:57:42 UTC

      Balancers
        host  nginx      keepalived  agent   holds
        lb1   no answer
        lb2   active     active      active  vip1, vip2

      Backends
        pool  server  address           from lb2
        web   web1    192.168.10.31:80  DOWN: connection refused or host not reached
        web   web2    192.168.10.32:80  up, 2.0 ms

      Nameservers
        host  powerdns   agent   answers                        serial
        dns1  no answer          no answer
        dns2  active     active  192.168.10.100 192.168.10.200  2026112201

      Web servers
        host  nginx
        web1  active
        web2  active

      Sites
        name        through    answer  time
        devops.com  vip1 vip2  200     15 ms

      Certificates
        name        days left  until       issued by                      served at
        devops.com  29 days    2026-12-22  evenkeel issuing CA of devops  vip1 vip2 lb2
      "
    `);
  });

  test('colour repeats what words say: without it the text is the same', async () => {
    const status = await statusOf({ silent: ['lb1'], stopped: ['web1 nginx.service'] });
    const tagged = printStatus(status, (tone, text) => `<${tone}>${text}</${tone}>`);
    expect(tagged).toContain('<bad>NOT HEALTHY</bad>');
    expect(tagged.replace(/<\/?(good|bad|warn|quiet|strong)>/g, '')).toBe(printStatus(status, plainStyle));
  });
});
