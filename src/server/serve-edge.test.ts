import { writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { testDashboard, type TestDashboard } from '../../test/kit/dashboard.ts';
import { modelOfSites } from '../../test/kit/example-model.ts';
import { Fault } from '../base/fault.ts';
import type { ApplyRow } from '../report/edge-view.ts';
import type { OperationResult } from './operations.ts';
import type { PlanLook } from './watch-plan.ts';
import { openEdgeHistory } from '../store/edge-history.ts';

const waiting = { timeout: 20_000, interval: 20 };

function getJson({ origin, cookie }: TestDashboard, path: string): Promise<unknown> {
  return fetch(`${origin}${path}`, { headers: { cookie } }).then((answer) => answer.json());
}

function ask(
  { origin, cookie }: TestDashboard,
  body: object,
  headers: Readonly<Record<string, string>> = { 'Evenkeel-Request': '1' },
): Promise<Response> {
  return fetch(`${origin}/api/operations`, {
    method: 'POST',
    headers: { cookie, ...headers },
    body: JSON.stringify(body),
  });
}

const move = { does: 'move', subject: 'vip1', target: 'lb2', reason: 'kernel update' };

/** Resolves when the edge was looked at and everybody told what they hold. */
async function settled({ running }: TestDashboard): Promise<void> {
  await vi.waitFor(() => {
    expect(running.board.view().look[0]?.state).toBe('fresh');
    expect(running.board.view().holdings.map(({ holders }) => holders)).toEqual([['lb1'], ['lb2']]);
    expect(running.board.view().operations.length).toBeGreaterThan(0);
  }, waiting);
}

/** The event with which it begins to watch. */
async function watching(dashboard: TestDashboard): Promise<{ readonly text: string; readonly at: string }> {
  return vi.waitFor(async () => {
    const { events } = Object(await getJson(dashboard, '/api/events?kind=controller'));
    const began = events.findLast(({ text }: { text: string }) => text.startsWith('the dashboard began to watch'));
    expect(began).toBeDefined();
    expect(dashboard.running.board.view().holdings).toHaveLength(2);
    return began;
  }, waiting);
}

describe('who may come in', () => {
  test('nobody without the link; with it everything is there', async () => {
    const dashboard = await testDashboard();
    const { origin, cookie, link } = dashboard;
    for (const path of ['/', '/api/view', '/api/stream', '/api/events', '/api/at?time=2026-01-01T00:00:00Z']) {
      expect([path, (await fetch(`${origin}${path}`)).status]).toEqual([path, 401]);
    }
    expect((await fetch(`${origin}/sign-in?key=wrong`)).status).toBe(403);
    expect((await fetch(`${origin}/`, { headers: { cookie } })).status).toBe(200);
    const key = new URL(link).searchParams.get('key') ?? '';
    expect((await fetch(`${origin}/api/view`, { headers: { Authorization: `Bearer ${key}` } })).status).toBe(200);
  });

  test('the cookie is for this server alone, and no script reads it', async () => {
    const { link, running } = await testDashboard();
    const answer = await fetch(link, { redirect: 'manual' });
    expect(answer.headers.get('set-cookie')).toMatch(
      new RegExp(`^evenkeel-${running.port}=\\S+; Path=/; HttpOnly; SameSite=Strict$`),
    );
    expect(answer.headers.get('location')).toBe('/');
  });

  test('a request that names another server is not answered: DNS rebinding', async () => {
    const { running, cookie } = await testDashboard();
    const { request } = await import('node:http');
    const status = await new Promise((settle) => {
      request({ port: running.port, host: '127.0.0.1', headers: { cookie, host: `evil.example:${running.port}` } })
        .on('response', (answer) => settle(answer.resume().statusCode))
        .end();
    });
    expect(status).toBe(421);
  });

  test('an operation from another page, or from a form, is not begun', async () => {
    const run = vi.fn(async () => Promise.resolve({ state: 'done' as const, note: 'moved' }));
    const dashboard = await testDashboard({ run });
    await settled(dashboard);
    const own = { 'Evenkeel-Request': '1' };
    for (const headers of [
      {},
      { ...own, Origin: 'https://evil.example' },
      { ...own, 'Sec-Fetch-Site': 'cross-site' },
      { ...own, 'Sec-Fetch-Site': 'same-site' },
    ]) {
      expect((await ask(dashboard, move, headers)).status).toBe(403);
    }
    expect(run).not.toHaveBeenCalled();
    expect(
      (await ask(dashboard, move, { ...own, Origin: dashboard.origin, 'Sec-Fetch-Site': 'same-origin' })).status,
    ).toBe(202);
  });
});

describe('what is shown', () => {
  test('a VIP that moves is an event and a changed row, at once, and in the history', async () => {
    const dashboard = await testDashboard();
    await settled(dashboard);
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    await vi.waitFor(() => expect(dashboard.running.board.view().holdings[0]?.holders).toEqual(['lb2']), waiting);
    expect(await getJson(dashboard, '/api/events')).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({
          kind: 'holder',
          severity: 'warning',
          subject: 'vip1',
          text: 'vip1 is held by lb2, before by lb1; it prefers lb1',
        }),
      ]),
    });
  });

  test('problems begin and end as events', async () => {
    const dashboard = await testDashboard();
    await settled(dashboard);
    dashboard.become({ stopped: ['lb2 nginx.service'] });
    await vi.waitFor(() => expect(dashboard.running.board.view().problems.length).toBeGreaterThan(0), waiting);
    dashboard.become({});
    await vi.waitFor(() => expect(dashboard.running.board.view().problems).toEqual([]), waiting);
    const { events } = Object(await getJson(dashboard, '/api/events'));
    const about = events.filter(({ code }: { code?: string }) => code === 'unit-not-running');
    expect(about.map(({ severity }: { severity: string }) => severity)).toEqual(['error', 'good']);
  });

  test('a problem of the last of many sites begins once, stays with its time while others have their turn, and ends', async () => {
    const dashboard = await testDashboard({ model: modelOfSites(45) });
    const { board } = dashboard.running;
    const asked: string[] = [];
    board.subscribe(() => asked.push(...(board.view().look[0]?.turns?.sites?.asked ?? [])));
    const rows = () => board.view().problems.filter(({ key }) => key.startsWith('site-failing s45.devops.com'));
    dashboard.become({ failing: ['s45.devops.com'] });
    await vi.waitFor(() => expect(rows()).toHaveLength(2), waiting);
    const since = rows().map((row) => row.since);
    asked.length = 0;
    await vi.waitFor(() => expect(new Set(asked).size).toBe(45), waiting);
    expect(rows().map((row) => row.since)).toEqual(since);
    dashboard.become({});
    await vi.waitFor(() => expect(rows()).toEqual([]), waiting);
    const events = JSON.stringify(await getJson(dashboard, '/api/events'));
    expect(events.match(/"over: https:\/\/s45\.devops\.com[^"]*"/g)).toHaveLength(2);
    expect(events.match(/"https:\/\/s45\.devops\.com[^"]*fails/g)).toHaveLength(2);
  });

  test('a time that is past is shown as it was', async () => {
    const dashboard = await testDashboard();
    await settled(dashboard);
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    await vi.waitFor(() => expect(dashboard.running.board.view().holdings[0]?.holders).toEqual(['lb2']), waiting);
    const moved = new Date().toISOString();
    // What comes next must not be of the same millisecond.
    await vi.waitFor(() => expect(new Date().toISOString() > moved).toBe(true), waiting);
    dashboard.become({});
    await vi.waitFor(() => expect(dashboard.running.board.view().holdings[0]?.holders).toEqual(['lb1']), waiting);
    expect(await getJson(dashboard, `/api/at?time=${moved}`)).toMatchObject({
      view: { holdings: [{ key: 'vip1', holders: ['lb2'] }, { key: 'vip2' }] },
    });
    expect(await getJson(dashboard, '/api/at?time=2020-01-01T00:00:00Z')).toEqual({
      error: 'nothing is known of that time',
    });
    expect(await getJson(dashboard, '/api/at?time=yesterday')).toMatchObject({
      error: expect.stringContaining('time'),
    });
  });

  test('a time at which nobody watched is not shown as if it had been seen; holders are told anew', async () => {
    const first = await testDashboard();
    await watching(first);
    await first.stop();
    const ended = new Date().toISOString();
    const later = (time: string): Promise<void> =>
      vi.waitFor(() => expect(new Date().toISOString() > time).toBe(true), waiting);
    await later(ended);
    const unwatched = new Date().toISOString();
    await later(unwatched);
    const faults = { holders: { '192.168.10.100': ['lb2'] } };
    const second = await testDashboard({ historyPath: first.historyPath, faults });
    const { text, at } = await watching(second);
    const [, since = ''] = /nobody watched from (\S+) to/.exec(text) ?? [];
    expect(since <= ended).toBe(true);
    expect(await getJson(second, `/api/at?time=${unwatched}`)).toMatchObject({
      unwatchedSince: since,
      view: { holdings: [{ key: 'vip1', holders: ['lb1'] }, { key: 'vip2' }] },
    });
    expect(await getJson(second, `/api/at?time=${at}`)).not.toHaveProperty('unwatchedSince');
    expect(await getJson(second, '/api/events?kind=holder')).toMatchObject({
      events: [
        { severity: 'warning', text: `vip1 is held by lb2; it was last seen at ${since}, held by lb1` },
        { severity: 'info', text: `vip2 is held by lb2; it was last seen at ${since}, held by lb2` },
      ],
    });
  });

  test('a page gets everything first, then news; one that was away gets what it missed', async () => {
    const dashboard = await testDashboard({ lookEveryMs: 3_600_000 });
    await settled(dashboard);
    const first = await readStream(dashboard, '', 1);
    expect(first).toMatchObject([{ event: 'all', data: { topology: { edge: 'devops' }, visitor: { name: 'ann' } } }]);
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    await vi.waitFor(() => expect(dashboard.running.board.view().holdings[0]?.holders).toEqual(['lb2']), waiting);
    const [missed] = await readStream(dashboard, first[0]?.id ?? '', 1);
    expect(missed?.event).toBe('news');
    expect(JSON.stringify(missed?.data)).toContain('"holders":["lb2"]');
    expect(await readStream(dashboard, 'another-server-7', 1)).toMatchObject([{ event: 'all' }]);
  });
});

describe('operations', () => {
  test('one is begun, shown, ended and written into the audit log', async () => {
    const dashboard = await testDashboard({
      run: async (_request, emit) => {
        emit({ code: 'note', level: 'info', data: { text: 'lb2 takes it' } });
        return Promise.resolve({ state: 'done', note: 'vip1 moved from lb1 to lb2 in 40 ms' });
      },
    });
    await settled(dashboard);
    const answer = await ask(dashboard, move);
    expect(answer.status).toBe(202);
    await vi.waitFor(async () => {
      expect(await getJson(dashboard, '/api/operations')).toMatchObject({
        operations: [
          {
            operator: 'ann',
            title: 'Move vip1 to lb2',
            reason: 'kernel update',
            state: 'done',
            note: expect.stringContaining('40 ms'),
          },
        ],
      });
    }, waiting);
    expect(dashboard.running.board.view().work).toMatchObject([{ title: 'Move vip1 to lb2', state: 'done' }]);
  });

  test('one that is done in part is a warning: shown, in the timeline and in the audit log', async () => {
    const note = 'lb2 could not be told to drain web1\nweb1 gets no new clients from lb1';
    const dashboard = await testDashboard({ run: async () => Promise.resolve({ state: 'partial', note }) });
    await settled(dashboard);
    await ask(dashboard, move);
    await vi.waitFor(() => {
      expect(dashboard.running.board.view().work).toMatchObject([{ state: 'partial', note }]);
    }, waiting);
    expect(await getJson(dashboard, '/api/operations')).toMatchObject({ operations: [{ state: 'partial', note }] });
    expect(await getJson(dashboard, '/api/events')).toMatchObject({
      events: expect.arrayContaining([
        expect.objectContaining({
          kind: 'operation',
          severity: 'warning',
          text: 'Move vip1 to lb2, in part: lb2 could not be told to drain web1',
        }),
      ]),
    });
  });

  test('a second one waits for nobody: it is told who does what', async () => {
    const gate = Promise.withResolvers<OperationResult>();
    const dashboard = await testDashboard({ run: async () => gate.promise });
    await settled(dashboard);
    await ask(dashboard, move);
    const second = await ask(dashboard, { does: 'drain', subject: 'lb1', target: '', reason: 'x' });
    expect([second.status, await second.json()]).toEqual([
      409,
      { error: 'ann does something just now: Move vip1 to lb2' },
    ]);
    gate.resolve({ state: 'done', note: 'moved' });
    await vi.waitFor(() => expect(dashboard.running.board.view().work[0]?.state).toBe('done'), waiting);
  });

  test.each([
    { what: 'no reason', body: { ...move, reason: ' ' }, status: 409, words: 'reason' },
    { what: 'an unknown VIP', body: { ...move, subject: 'vip9' }, status: 409, words: 'no such operation' },
    { what: 'something else', body: { ...move, does: 'delete' }, status: 400, words: '"does" must be' },
    { what: 'a book', body: { ...move, reason: 'x'.repeat(501) }, status: 400, words: 'longer than 500' },
  ])('refused with its reason: $what', async ({ body, status, words }) => {
    const run = vi.fn(async () => Promise.resolve({ state: 'done' as const, note: '' }));
    const dashboard = await testDashboard({ run });
    await settled(dashboard);
    const answer = await ask(dashboard, body);
    expect([answer.status, Object(await answer.json()).error]).toEqual([status, expect.stringContaining(words)]);
    expect(run).not.toHaveBeenCalled();
  });

  test('one that is not safe is refused with why, also when it is asked for past the page', async () => {
    const dashboard = await testDashboard();
    await settled(dashboard);
    dashboard.become({ stopped: ['lb2 nginx.service'] });
    await vi.waitFor(() => {
      const row = dashboard.running.board.view().operations.find(({ key }) => key === 'move vip1 lb2');
      expect(row?.refusal).toBe('NGINX of lb2 is inactive');
    }, waiting);
    expect(await (await ask(dashboard, move)).json()).toEqual({ error: 'NGINX of lb2 is inactive' });
  });

  test('a drill waits for what the file has and hosts have not; an apply of a terminal ends that at once', async () => {
    const looks: PlanLook[] = [{ state: 'changes', hosts: ['lb1'], text: 'lb1 differs' }];
    let applies: readonly ApplyRow[] = [];
    const dashboard = await testDashboard({
      drills: [{ name: 'nginx-dead:lb1', title: 'NGINX on lb1 dies', promisedMs: 3_200 }],
      plan: async () => Promise.resolve(looks.shift() ?? { state: 'nothing', hosts: [], text: '' }),
      applies: () => applies,
    });
    await settled(dashboard);
    const refusal = () => dashboard.running.board.view().operations.find(({ does }) => does === 'drill')?.refusal;
    await vi.waitFor(() => expect(refusal()).toBe('1 host differs from the file: lb1; evenkeel apply first'), waiting);
    applies = [{ key: 'lb1', at: new Date().toISOString(), result: 'done', note: '' }];
    await vi.waitFor(() => expect(refusal()).toBeUndefined(), waiting);
  });

  test('a plan that is never computed here is another thing than one that is not there yet, and keeps no drill waiting', async () => {
    const drills = [{ name: 'nginx-dead:lb1', title: 'NGINX on lb1 dies', promisedMs: 3_200 }];
    const never = await testDashboard({ drills });
    expect(never.running.board.view().pending).toEqual([{ key: 'pending', state: 'not-here', hosts: [], text: '' }]);
    await settled(never);
    expect(await getJson(never, '/api/view')).toMatchObject({ view: { pending: [{ state: 'not-here' }] } });
    const { operations } = never.running.board.view();
    expect(operations.find(({ does }) => does === 'drill')).not.toHaveProperty('refusal');
    const later = await testDashboard({
      plan: async () => Promise.resolve({ state: 'nothing', hosts: [], text: '' }),
      lookFails: () => new Fault({ code: 'host-unreachable', message: 'no host answers' }),
    });
    expect(later.running.board.view().pending).toMatchObject([{ state: 'unknown' }]);
  });

  test('a failure says what the command says, and the next one may begin', async () => {
    const dashboard = await testDashboard({
      run: async () =>
        Promise.reject(new Fault({ code: 'apply-locked', message: 'lb1 is locked', next: 'wait for the other one' })),
    });
    await settled(dashboard);
    await ask(dashboard, move);
    await vi.waitFor(() => {
      expect(dashboard.running.board.view().work).toMatchObject([
        { state: 'failed', note: 'lb1 is locked\nnext: wait for the other one' },
      ]);
    }, waiting);
    expect((await ask(dashboard, move)).status).toBe(202);
  });

  test('one that ran when the server was killed is called unknown by the next one', async () => {
    const first = await testDashboard();
    await first.stop();
    const history = openEdgeHistory(first.historyPath);
    history.beginOperation({ at: new Date().toISOString(), operator: 'bob', title: 'Drain lb1', reason: 'memory' });
    history.close();
    const second = await testDashboard({ historyPath: first.historyPath });
    expect(second.running.board.view().work).toMatchObject([{ title: 'Drain lb1', state: 'unknown' }]);
    expect(JSON.stringify(await getJson(second, '/api/events'))).toContain('it is not known how this ended');
  });
});

describe('a history that can not be used', () => {
  test('a damaged file: everything is shown, nothing is kept, and why is said', async () => {
    const dashboard = await testDashboard({
      openHistory: (path) => {
        writeFileSync(path, 'no database, and long enough to be read as one '.repeat(50));
        return openEdgeHistory(path);
      },
    });
    await settled(dashboard);
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    await vi.waitFor(() => expect(dashboard.running.board.view().holdings[0]?.holders).toEqual(['lb2']), waiting);
    expect(dashboard.running.board.view().look[0]?.historyTrouble).toMatch(/the timeline .* is damaged; move it away/);
    expect(JSON.stringify(await getJson(dashboard, '/api/events'))).toContain('vip1 is held by lb2');
    expect((await ask(dashboard, { ...move, target: 'lb1' })).status).toBe(202);
  });
});

/** Reads so many messages of the stream, then leaves. */
async function readStream(
  { origin, cookie }: TestDashboard,
  last: string,
  count: number,
): Promise<readonly { readonly event: string; readonly id: string; readonly data: unknown }[]> {
  const leave = new AbortController();
  const answer = await fetch(`${origin}/api/stream`, {
    headers: { cookie, ...(last === '' ? {} : { 'Last-Event-ID': last }) },
    signal: leave.signal,
  });
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of answer.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.split('\n\n').length > count) break;
  }
  leave.abort();
  return text
    .split('\n\n')
    .slice(0, count)
    .map((message) => {
      const field = (name: string): string => new RegExp(`^${name}: ?(.*)$`, 'm').exec(message)?.[1] ?? '';
      return { event: field('event'), id: field('id'), data: JSON.parse(field('data')) };
    });
}
