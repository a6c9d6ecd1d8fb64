import { describe, expect, test } from 'vitest';
import { conditionOf } from '../../test/kit/alert-conditions.ts';
import { exampleTopology as topology, viewWith } from '../../test/kit/alert-view.ts';
import type { Condition } from './alert-condition.ts';
import { conditionsOf } from './alert-conditions.ts';
import type { CertificateStatus } from './edge-status.ts';
import { type EdgeView, emptyView, type WorkRow } from './edge-view.ts';
import { certificateProblems } from './status-certificates.ts';

const from = '2026-11-29T00:00:00.000Z';
const usual = { topology, from, keepTrouble: undefined, drillRuns: false, workUnreadBefore: undefined };

function seen(view: EdgeView): readonly Condition[] {
  return conditionsOf({ ...usual, view }).conditions;
}

/** `key`, or `key <- cause`. */
function keys(view: EdgeView): readonly string[] {
  return seen(view).map(({ key, because }) => (because === undefined ? key : `${key} <- ${because}`));
}

const work = (differs: Partial<WorkRow>): WorkRow => ({
  key: '7',
  title: 'Move vip1 to lb2',
  operator: 'ann',
  reason: 'kernel',
  state: 'failed',
  startedAt: '2026-11-29T11:00:00.000Z',
  note: 'lb1 is locked\nnext: wait for the other one',
  ...differs,
});

test('of an edge that is well nothing is said', async () => {
  expect(keys(await viewWith({}))).toEqual([]);
});

test('where nothing was seen yet, nothing is known', () => {
  const { conditions, isUnknown } = conditionsOf({ ...usual, view: emptyView, workUnreadBefore: from });
  expect(conditions.map(({ code }) => code)).toEqual(['look-stale']);
  const sources = ['holdings', 'look', 'plan', 'controller', 'work'] as const;
  expect(sources.filter((source) => isUnknown(conditionOf('something', { source })))).toEqual([
    'holdings',
    'look',
    'plan',
    'work',
  ]);
});

describe('VIPs', () => {
  test('two holders, or none, by the word of the kernels', async () => {
    const view = await viewWith({ holders: { '192.168.10.100': ['lb1', 'lb2'], '192.168.10.200': [] } });
    const about = seen(view).filter(({ kind }) => kind === 'vip');
    expect(about.map(({ key, source, severity }) => [key, source, severity])).toEqual([
      ['vip-several vip1', 'holdings', 'error'],
      ['vip-nobody vip2', 'holdings', 'error'],
    ]);
    expect(about[0]?.message).toBe('lb1 and lb2 hold vip1 192.168.10.100 at the same time');
  });

  test('what only a look saw must be there in two of them', async () => {
    const view = await viewWith({ holders: { '192.168.10.100': [] } });
    const well = view.holdings.map((row) => ({ ...row, holders: ['lb1'] }));
    const [only] = seen({ ...view, holdings: well }).filter(({ code }) => code === 'vip-nobody');
    expect(only).toMatchObject({ source: 'look', atLeastMs: 15_000 });
  });

  test('nobody, while a balancer is silent, is for the look to say', async () => {
    const view = await viewWith({});
    const holdings = view.holdings.map((row) => ({ ...row, holders: [], silent: ['lb1'] }));
    expect(keys({ ...view, holdings })).toEqual([]);
  });

  test('one that stands elsewhere is told, unless a person wants it so', async () => {
    const elsewhere = { holders: { '192.168.10.100': ['lb2'] } };
    expect(keys(await viewWith(elsewhere))).toEqual(['vip-moved vip1']);
    expect(keys(await viewWith({ ...elsewhere, claims: { vip1: 'lb2' } }))).toEqual([]);
    expect(keys(await viewWith({ ...elsewhere, drained: ['lb1'] }))).toEqual([]);
    // Moved to its own balancer, and it is not there.
    expect(keys(await viewWith({ ...elsewhere, claims: { vip1: 'lb1' } }))).toEqual(['vip-moved vip1']);
  });
});

describe('what explains what', () => {
  test('a dead balancer is one alert: its VIPs are elsewhere because of it', async () => {
    expect(keys(await viewWith({ silent: ['lb1'] }))).toEqual(['host-silent lb1', 'vip-moved vip1 <- host-silent lb1']);
  });

  test('a dead web server explains its backend, a stopped NGINX too', async () => {
    const refusing = { refusing: ['192.168.10.31'] };
    expect(keys(await viewWith({ ...refusing, silent: ['web1'] }))).toContain('backend-down web1 <- host-silent web1');
    expect(keys(await viewWith({ ...refusing, stopped: ['web1 nginx.service'] }))).toContain(
      'backend-down web1 <- unit-not-running web1',
    );
    expect(keys(await viewWith(refusing))).toEqual(['backend-down web1']);
  });

  test('a pool that is down explains its backends and its sites', async () => {
    const view = await viewWith({ refusing: ['192.168.10.31', '192.168.10.32'] });
    expect(keys(view)).toEqual([
      'pool-down web',
      'backend-down web1 <- pool-down web',
      'backend-down web2 <- pool-down web',
    ]);
  });

  test('a VIP that nobody holds explains the site behind it, but not when it fails elsewhere too', async () => {
    const view = await viewWith({ holders: { '192.168.10.100': [] } });
    expect(keys(view)).toContain('site-failing devops.com <- vip-nobody vip1');
    const everywhere = { ...view, sites: view.sites.map((row) => ({ ...row, up: false })) };
    expect(keys(everywhere)).toContain('site-failing devops.com');
  });

  test('when nobody answers it is the way to them', async () => {
    const silent = topology.hosts.map(({ name }) => name);
    const view = await viewWith({ silent });
    const [first, ...others] = keys(view);
    expect(first).toBe('all-silent devops');
    expect(others.length).toBeGreaterThan(silent.length);
    expect(others.every((line) => line.endsWith(' <- all-silent devops'))).toBe(true);
  });

  test('while a drill breaks things nothing is told of the edge, and this program still is', async () => {
    const view = await viewWith({ silent: ['lb1'], holders: { '192.168.10.100': [] } });
    const drilling = { ...view, work: [work({ title: 'Drill nginx-dead:lb1', state: 'running' })] };
    expect(seen(drilling).every(({ because }) => because === 'drill')).toBe(true);
    const fromTerminal = conditionsOf({ ...usual, view, drillRuns: true }).conditions;
    expect(fromTerminal.every(({ because }) => because === 'drill')).toBe(true);
    const stale = { ...drilling, look: [{ key: 'look', state: 'stale' as const, reason: 'no host' }] };
    expect(keys(stale)).toContain('look-stale dashboard');
    const failed = { ...drilling, work: [...drilling.work, work({ key: '6' })] };
    expect(keys(failed)).toContain('operation-failed 6');
  });
});

test('nameservers and agents are told by what status says', async () => {
  const view = await viewWith({ serials: { dns2: 7 }, mute: ['lb2'], answers: { 'dns1 A': ['10.9.9.9'] } });
  expect(
    seen(view)
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(['agent', 'nameserver', 'nameserver', 'nameserver']);
});

describe('a certificate', () => {
  /** The view when the certificate differs so; one with another fingerprint is served beside it. */
  async function served(differs: Partial<CertificateStatus>): Promise<EdgeView> {
    const view = await viewWith({});
    const certificates = view.certificates.map((row, index) => (index === 0 ? { ...row, ...differs } : row));
    const [first] = certificates;
    if (first === undefined) throw new Error('there is a certificate');
    const rows = differs.fingerprint === undefined ? certificates : [...view.certificates, first];
    const problems = certificateProblems(rows).map((problem) => ({
      ...problem,
      key: `${problem.code} ${problem.subject}`,
      since: '2026-11-29T12:00:00.000Z',
    }));
    return { ...view, certificates: rows, problems };
  }

  test.each([
    { what: 'ends soon', differs: { daysLeft: 7 }, code: 'certificate-ending', severity: 'warning' },
    { what: 'ends very soon', differs: { daysLeft: 2 }, code: 'certificate-ending', severity: 'error' },
    { what: 'has ended', differs: { daysLeft: -1 }, code: 'certificate-ended', severity: 'error' },
    { what: 'is for another', differs: { names: ['b.example'] }, code: 'certificate-wrong-name', severity: 'error' },
    { what: 'is one of two', differs: { fingerprint: 'ab' }, code: 'certificates-differ', severity: 'error' },
  ])('that $what is told as such, with the command that renews it', async ({ differs, code, severity }) => {
    expect(seen(await served(differs))).toMatchObject([
      {
        key: `${code} devops.com`,
        code,
        kind: 'certificate',
        source: 'look',
        severity,
        subject: 'devops.com',
        next: expect.stringContaining('evenkeel apply'),
        because: undefined,
      },
    ]);
  });

  test('that lasts is not told', async () => {
    expect(keys(await served({ daysLeft: 8 }))).toEqual([]);
  });
});

test('a person who drains is not told of it', async () => {
  expect(keys(await viewWith({ drained: ['lb1'], drainedBackends: { lb1: ['web1'], lb2: ['web1'] } }))).toEqual([]);
});

describe('the dashboard itself', () => {
  test('drift, with the hosts by name', async () => {
    const view = await viewWith({});
    const pending = [{ key: 'pending', state: 'changes' as const, hosts: ['lb1', 'lb2'], text: '' }];
    expect(seen({ ...view, pending })).toMatchObject([
      {
        key: 'drift edge',
        source: 'plan',
        message: '2 hosts differ from the edge file: lb1, lb2',
        next: 'evenkeel plan; then evenkeel apply',
      },
    ]);
  });

  test('a look that fails, a history that can not be written', async () => {
    const view = await viewWith({});
    const look = [{ key: 'look', state: 'stale' as const, reason: 'no way out', historyTrouble: 'the disk is full' }];
    expect(seen({ ...view, look }).map(({ key, message }) => [key, message])).toEqual([
      ['look-stale dashboard', "the edge can't be looked at: no way out"],
      ['history-trouble dashboard', 'what happens is not kept: the disk is full'],
    ]);
  });
});

describe('operations and drills', () => {
  test('one that failed is told once, with the next step of its fault; those from before alerts are not', async () => {
    const view = await viewWith({});
    const rows = [
      work({}),
      work({ key: '6', startedAt: '2026-11-28T00:00:00.000Z' }),
      work({ key: '8', state: 'done' }),
    ];
    expect(seen({ ...view, work: rows })).toMatchObject([
      {
        key: 'operation-failed 7',
        lasts: 'once',
        message: 'Move vip1 to lb2, by ann, failed: lb1 is locked',
        next: 'wait for the other one',
      },
    ]);
  });

  test('one whose end is not known is told too', async () => {
    const view = { ...(await viewWith({})), work: [work({ state: 'unknown', note: '' })] };
    expect(seen(view)[0]?.message).toMatch(/^it is not known how this ended/);
  });

  test('a drill of a lab is not told by the dashboard of the real edge', async () => {
    const view = await viewWith({});
    const drill = { key: '3', startedAt: '2026-11-29T11:00:05.000Z', verdict: 'broken', faults: 1 };
    expect(keys({ ...view, drills: [{ ...drill, place: 'lab' }] })).toEqual([]);
    expect(keys({ ...view, drills: [{ ...drill, place: 'real' }] })).toEqual(['drill-failed 3']);
  });

  test('while the drills can not be read, an earlier one that failed is not told by its operation', async () => {
    const view = await viewWith({});
    const told = (startedAt: string): readonly string[] =>
      conditionsOf({
        ...usual,
        view: { ...view, work: [work({ title: 'Drill nginx-dead:lb1', startedAt })] },
        workUnreadBefore: '2026-11-29T11:00:00.000Z',
      }).conditions.map(({ key }) => key);
    expect(told('2026-11-29T10:59:59.999Z')).toEqual([]);
    // One that was begun here since then nobody has told.
    expect(told('2026-11-29T11:00:00.000Z')).toEqual(['operation-failed 7']);
  });

  test('a drill that broke its promise is one alert, though it stands in two tables', async () => {
    const view = await viewWith({});
    const drills = [
      {
        key: '3',
        startedAt: '2026-11-29T11:00:05.000Z',
        verdict: 'broken',
        faults: 1,
        worst: { name: 'nginx-dead:lb1', gapMs: 4200.4 },
      },
    ];
    const rows = [work({ title: 'Drill nginx-dead:lb1' })];
    expect(seen({ ...view, work: rows }).map(({ code, key }) => [code, key])).toEqual([
      ['drill-failed', 'operation-failed 7'],
    ]);
    expect(seen({ ...view, work: rows, drills })).toMatchObject([
      {
        key: 'drill-failed 3',
        next: 'evenkeel drill report 3',
        message: expect.stringContaining('nginx-dead:lb1, 4200 ms'),
      },
    ]);
  });
});
