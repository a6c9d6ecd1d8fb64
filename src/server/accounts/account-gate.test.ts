import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { accountDashboard, formMark, testPassword } from '../../../test/kit/account-dashboard.ts';
import { pagePolicy } from '../../../test/kit/page-policy.ts';
import { secretHash } from './secret-words.ts';

const waiting = { timeout: 20_000, interval: 20 };
const minute = 60_000;
const hour = 60 * minute;

describe('the way in', () => {
  test('without an account there is a form, and nothing else', async () => {
    const { browser } = await accountDashboard();
    const nobody = browser();
    const first = await nobody.get('/');
    expect([first.status, first.body]).toEqual([401, expect.stringContaining('url=/sign-in')]);
    expect(first.headers).toMatchObject({ 'content-security-policy': pagePolicy });
    for (const path of ['/api/view', '/api/stream', '/api/events', '/api/operations', '/api/audit']) {
      const { status, headers } = await nobody.get(path);
      expect([path, status, headers['content-security-policy']]).toEqual([path, 401, pagePolicy]);
    }
    const form = await nobody.get('/sign-in');
    expect(form.status).toBe(200);
    for (const field of ['name', 'password', 'code']) {
      expect(form.body).toContain(`<label for="${field}">`);
      expect(form.body).toMatch(new RegExp(String.raw`<input\s+id="${field}"\s+name="${field}"`));
    }
    expect(form.body).not.toMatch(/<script|style=|\son\w+=/);
    expect(form.headers).toMatchObject({
      'strict-transport-security': 'max-age=31536000',
      'content-security-policy': pagePolicy,
      'cache-control': 'no-store',
    });
    expect((await nobody.get('/sign-in/style.css')).headers['content-type']).toBe('text/css; charset=utf-8');
  });

  test('name, password and code open it, with a cookie that no script and no other site gets', async () => {
    const { browser, signIn, dashboard, path } = await accountDashboard();
    const ann = browser();
    const answer = await signIn(ann);
    expect([answer.status, answer.headers.location]).toEqual([303, '/']);
    const port = dashboard.running.port;
    const cookie = (answer.headers['set-cookie'] ?? []).find((line) => line.startsWith(`__Host-evenkeel-${port}=`));
    expect(cookie).toMatch(/^__Host-evenkeel-\d+=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
    expect((await ann.get('/')).status).toBe(200);
    expect(JSON.parse((await ann.get('/api/view')).body)).toMatchObject({ visitor: { name: 'ann', role: 'operator' } });
    expect((await ann.get('/sign-in')).headers.location).toBe('/');
    const secret = ann.cookie(`__Host-evenkeel-${port}`) ?? '';
    const file = readFileSync(path, 'latin1');
    expect([file.includes(secret), file.includes(secretHash(secret)), file.includes(testPassword)]).toEqual([
      false,
      true,
      false,
    ]);
  });

  test('a name is found whatever a telephone makes of its first letter', async () => {
    const { browser, signIn } = await accountDashboard();
    expect((await signIn(browser(), { name: ' Ann ' })).status).toBe(303);
  });

  test('what is wrong is not said, and an unknown name looks the same', async () => {
    const { browser, signIn } = await accountDashboard();
    const answers = await Promise.all(
      [{ password: 'wrong' }, { code: '000000' }, { name: 'eve' }, { password: '', code: '' }].map((fields, index) =>
        signIn(browser(`127.0.0.${index + 2}`), fields),
      ),
    );
    const shown = answers.map(({ status, body }) => [
      status,
      body.replace(/name="mark" value="[\w-]+"/, '').replace(/value="(ann|eve)"/, ''),
    ]);
    expect(new Set(shown.map((one) => JSON.stringify(one))).size).toBe(1);
    expect(shown[0]).toEqual([401, expect.stringContaining('role="alert"')]);
  });

  test('what was typed comes back as text, and never the password', async () => {
    const { browser, signIn } = await accountDashboard();
    const { body } = await signIn(browser(), { name: '"><script>alert(1)</script>', password: 'swordfish' });
    expect(body).toContain('&lt;script&gt;');
    expect(body).not.toMatch(/<script|swordfish/);
  });

  test('a code opens it once', async () => {
    const { browser, signIn, pass } = await accountDashboard();
    expect((await signIn(browser())).status).toBe(303);
    expect((await signIn(browser())).status).toBe(401);
    pass(30_000);
    expect((await signIn(browser())).status).toBe(303);
  });
});

describe('a form from elsewhere', () => {
  test.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a neighbour', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['another origin, of an old browser', { Origin: 'https://evil.example' }, 403],
    ['nobody knows where, of an old browser', { Origin: 'null' }, 403],
    [
      'here, as browsers send it that are told to say nothing',
      { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' },
      303,
    ],
  ])('%s', async (_, headers, status) => {
    const { browser, code } = await accountDashboard();
    const ann = browser();
    const mark = formMark(await ann.get('/sign-in'));
    const form = { mark, name: 'ann', password: testPassword, code: code() };
    expect((await ann.post('/sign-in', { headers, form })).status).toBe(status);
  });

  test.each([
    ['no mark', () => ''],
    ['a mark of our own making', () => 'A'.repeat(43)],
    ["somebody else's mark", (theirs: string) => theirs],
  ])('with %s is not read', async (_, mark) => {
    const { browser, code, accounts } = await accountDashboard();
    const [ann, eve] = [browser(), browser()];
    await ann.get('/sign-in');
    const theirs = formMark(await eve.get('/sign-in'));
    const form = { mark: mark(theirs), name: 'ann', password: testPassword, code: code() };
    const answer = await ann.post('/sign-in', { form });
    expect([answer.status, answer.body]).toEqual([400, expect.stringContaining('too old')]);
    expect(answer.headers).toMatchObject({ 'content-security-policy': pagePolicy });
    expect(accounts.events(10)).toEqual([]);
  });

  test('can sign nobody out', async () => {
    const { browser, signIn } = await accountDashboard();
    const ann = browser();
    await signIn(ann);
    expect((await ann.post('/sign-out', { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status).toBe(403);
    expect((await ann.get('/api/view')).status).toBe(200);
  });
});

describe('guessing', () => {
  test('becomes slow, also with the right password, and ends by waiting', async () => {
    const { browser, signIn, pass, accounts } = await accountDashboard();
    const eve = browser('127.0.0.66');
    for (let guess = 0; guess < 6; guess += 1) expect((await signIn(eve, { password: 'wrong' })).status).toBe(401);
    const slow = await signIn(eve);
    expect([slow.status, slow.headers['retry-after'], slow.body]).toEqual([
      429,
      '1',
      expect.stringContaining('Wait a second'),
    ]);
    // Others wait with it: they may be the same person.
    expect((await signIn(browser('127.0.0.67'))).status).toBe(429);
    expect(accounts.events(10).at(-1)).toMatchObject({
      kind: 'sign-in-failed',
      who: 'ann',
      address: '127.0.0.66',
      note: 'the next try has to wait 1 s',
    });
    pass(1_000);
    expect((await signIn(eve)).status).toBe(303);
  });

  test('names from one address makes the address slow', async () => {
    const { browser, signIn } = await accountDashboard();
    const eve = browser('127.0.0.66');
    for (let guess = 0; guess < 11; guess += 1) {
      expect((await signIn(eve, { name: `guess${guess}` })).status).toBe(401);
    }
    expect((await signIn(eve, { name: 'bob' })).status).toBe(429);
    expect((await signIn(browser('127.0.0.67'), { name: 'bob' })).status).toBe(303);
  });
});

describe('sessions', () => {
  test('two of one person are two; signing out ends one', async () => {
    const { browser, signIn, pass } = await accountDashboard();
    const [desk, phone] = [browser(), browser()];
    await signIn(desk);
    pass(30_000);
    await signIn(phone);
    const before = desk.cookies();
    const out = await desk.post('/sign-out');
    expect([out.status, out.headers.location, desk.cookie('__Host-evenkeel-')]).toEqual([303, '/sign-in', undefined]);
    expect((await browser().get('/api/view', { headers: { Cookie: before } })).status).toBe(401);
    expect((await phone.get('/api/view')).status).toBe(200);
  });

  test('signing in again in the same browser ends the session before', async () => {
    const { browser, signIn, pass } = await accountDashboard();
    const desk = browser();
    await signIn(desk);
    const before = desk.cookies();
    pass(31 * minute);
    await signIn(desk);
    pass(-31 * minute);
    expect((await browser().get('/api/view', { headers: { Cookie: before } })).status).toBe(401);
  });

  test('that nobody gave out are none', async () => {
    const { browser, dashboard } = await accountDashboard();
    const name = `__Host-evenkeel-${dashboard.running.port}`;
    for (const value of ['', 'x', 'A'.repeat(43)]) {
      expect((await browser().get('/api/view', { headers: { Cookie: `${name}=${value}` } })).status).toBe(401);
    }
  });

  test('of an operator end after half an hour away, however long the stream is open', async () => {
    const { browser, signIn, pass, dashboard } = await accountDashboard();
    const ann = browser();
    await signIn(ann);
    pass(29 * minute);
    expect((await ann.get('/')).status).toBe(200);
    pass(29 * minute);
    const stream = await openStream(ann.cookies(), dashboard.running);
    expect(stream.status).toBe(200);
    // What an open page asks for again and again.
    for (const path of ['/api/view', '/api/events', '/api/availability', '/api/operations', '/api/audit']) {
      expect((await ann.get(path)).status, path).toBe(200);
    }
    pass(2 * minute);
    expect((await ann.get('/api/view')).status).toBe(401);
  });

  test('of an operator go on while somebody uses the page', async () => {
    const { browser, signIn, pass } = await accountDashboard();
    const ann = browser();
    await signIn(ann);
    for (let time = 0; time < 90 * minute; time += 29 * minute) {
      pass(29 * minute);
      expect((await ann.post('/api/presence', { headers: { 'Evenkeel-Request': '1' } })).status).toBe(204);
    }
    pass(29 * minute);
    // Somebody else's page can't say it.
    expect((await ann.post('/api/presence')).status).toBe(403);
    pass(2 * minute);
    expect((await ann.post('/api/presence', { headers: { 'Evenkeel-Request': '1' } })).status).toBe(401);
  });

  test('of an operator end after twelve hours, of a viewer after a week', async () => {
    const { browser, signIn, pass } = await accountDashboard();
    const [ann, bob] = [browser(), browser()];
    await signIn(ann);
    await signIn(bob, { name: 'bob' });
    for (let time = 0; time < 12 * hour; time += 24 * minute) {
      expect((await ann.get('/')).status).toBe(200);
      pass(24 * minute);
    }
    expect([(await ann.get('/api/view')).status, (await bob.get('/api/view')).status]).toEqual([401, 200]);
    pass(7 * 24 * hour);
    expect((await bob.get('/api/view')).status).toBe(401);
  });

  test('all end with their account, also a stream that is open', async () => {
    const { browser, signIn, pass, accounts, dashboard } = await accountDashboard();
    const [desk, phone, bob] = [browser(), browser(), browser()];
    await signIn(desk);
    pass(30_000);
    await signIn(phone);
    await signIn(bob, { name: 'bob' });
    const stream = await openStream(desk.cookies(), dashboard.running);
    const others = await openStream(bob.cookies(), dashboard.running);
    accounts.removeAccount('ann');
    for (const ann of [desk, phone]) expect((await ann.get('/api/view')).status).toBe(401);
    dashboard.become({ holders: { '192.168.10.100': ['lb2'] } });
    await vi.waitFor(() => expect(stream.ended()).toBe(true), waiting);
    expect([others.ended(), (await bob.get('/api/view')).status]).toEqual([false, 200]);
  });

  function openStream(
    cookies: string,
    { port }: { readonly port: number },
  ): Promise<{ readonly status: number; readonly ended: () => boolean }> {
    return new Promise((settle, fail) => {
      const headers = { Cookie: cookies };
      const sent = request({ host: '127.0.0.1', port, path: '/api/stream', headers, rejectUnauthorized: false });
      onTestFinished(() => void sent.destroy());
      sent.on('error', fail);
      sent.on('response', (answer) => {
        let ended = false;
        answer.on('close', () => (ended = true)).on('error', () => undefined);
        answer.once('data', () => settle({ status: answer.statusCode ?? 0, ended: () => ended })).resume();
      });
      sent.end();
    });
  }
});

describe('what they may do', () => {
  test('a viewer looks, and does not act', async () => {
    const run = vi.fn(async () => Promise.resolve({ state: 'done' as const, note: 'moved' }));
    const { browser, signIn } = await accountDashboard({ run });
    const bob = browser();
    await signIn(bob, { name: 'bob' });
    expect(JSON.parse((await bob.get('/api/view')).body)).toMatchObject({ visitor: { name: 'bob', role: 'viewer' } });
    const asked = await bob.post('/api/operations', { headers: { 'Evenkeel-Request': '1' } });
    expect([asked.status, JSON.parse(asked.body)]).toEqual([403, { error: 'bob may look and not act' }]);
    expect((await bob.get('/api/audit')).status).toBe(403);
    expect(run).not.toHaveBeenCalled();
  });

  test('a machine with a token reads metrics and nothing else, until it is removed', async () => {
    const { gate, accounts } = await accountDashboard();
    accounts.addToken({ name: 'prometheus', hash: secretHash('t0ken'), createdAt: '2026-11-29T12:00:00.000Z' });
    const visitor = (path: string, authorization: string) =>
      gate.visitor({ cookie: '', authorization, method: 'GET', path });
    expect(visitor('/metrics', 'Bearer t0ken')).toEqual({ name: 'token prometheus', role: 'viewer' });
    for (const [path, authorization] of [
      ['/api/view', 'Bearer t0ken'],
      ['/metrics', 'Bearer other'],
      ['/metrics', 'Basic t0ken'],
      ['/metrics', ''],
    ] as const) {
      expect(visitor(path, authorization)).toBeUndefined();
    }
    accounts.removeToken('prometheus');
    expect(visitor('/metrics', 'Bearer t0ken')).toBeUndefined();
  });

  test('operators see who came in, who could not, and who went', async () => {
    const { browser, signIn, pass } = await accountDashboard();
    const ann = browser();
    await signIn(browser('127.0.0.66'), { password: 'wrong' });
    await signIn(browser('127.0.0.66'), { name: 'my password, in the wrong field' });
    await signIn(ann);
    await ann.post('/sign-out');
    pass(30_000);
    await signIn(ann);
    const { body } = await ann.get('/api/audit');
    const events: unknown = JSON.parse(body);
    expect(events).toMatchObject({
      events: [
        { kind: 'sign-in-failed', who: 'ann', address: '127.0.0.66' },
        { kind: 'sign-in-failed', who: '', address: '127.0.0.66' },
        { kind: 'signed-in', who: 'ann', address: '127.0.0.1' },
        { kind: 'signed-out', who: 'ann', address: '127.0.0.1' },
        { kind: 'signed-in', who: 'ann', at: '2026-11-29T12:00:30.000Z' },
      ],
    });
    expect(body).not.toContain('wrong field');
  });
});

test('only its own names are answered to: DNS rebinding', async () => {
  const { browser, dashboard } = await accountDashboard({ names: ['edge.example.org', '2001:db8::7'] });
  const { port } = dashboard.running;
  const status = async (host: string): Promise<number> =>
    (await browser().get('/sign-in', { headers: { host } })).status;
  for (const host of [
    `edge.example.org:${port}`,
    `Edge.Example.org:${port}`,
    `[2001:db8::7]:${port}`,
    `127.0.0.1:${port}`,
  ]) {
    expect([host, await status(host)]).toEqual([host, 200]);
  }
  for (const host of [`evil.example:${port}`, 'edge.example.org', `edge.example.org.evil.example:${port}`]) {
    expect([host, await status(host)]).toEqual([host, 421]);
  }
});

test('a file of accounts that can not be used lets nobody in, and says why where it runs', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue(undefined);
  onTestFinished(() => said.mockRestore());
  const { browser, signIn, path } = await accountDashboard();
  const ann = browser();
  await signIn(ann);
  writeFileSync(path, 'this is no database, and long enough to be read as one '.repeat(2_000));
  const again = await signIn(browser());
  expect([again.status, again.body]).toEqual([503, expect.stringContaining('The file of accounts cannot be used')]);
  expect((await ann.get('/api/view')).status).toBe(401);
  expect(said.mock.calls.flat().join('\n')).toContain('is damaged');
});
