import { request } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type DashboardOptions, testDashboard } from '../../test/kit/dashboard.ts';
import { pagePolicy } from '../../test/kit/page-policy.ts';

interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Asks as somebody who opened the link, and tells the status and all headers. By `node:http`, as `fetch` lets nobody name another host. */
async function answerTo(
  { path, method = 'GET', headers = {}, body = '' }: Asked,
  options: DashboardOptions = {},
): Promise<object> {
  const { running, cookie } = await testDashboard(options);
  return new Promise((settle, fail) => {
    request({ host: '127.0.0.1', port: running.port, path, method, headers: { cookie, ...headers } })
      .on('response', (answer) => settle({ status: answer.resume().statusCode, ...answer.headers }))
      .on('error', fail)
      .end(body);
  });
}

const own = { 'Evenkeel-Request': '1' };
const nobody = { cookie: '' };
const assets = {
  page: '<!doctype html><title>evenkeel</title>',
  files: new Map([['app.js', { type: 'text/javascript', text: '0' }]]),
};

test.each<[string, number, Asked]>([
  ['the page', 200, { path: '/' }],
  ['the page that asks for the link', 401, { path: '/', headers: nobody }],
  ['the way in', 403, { path: '/sign-in?key=wrong' }],
  ['the way out', 303, { path: '/sign-out', method: 'POST' }],
  ['a script of the page', 200, { path: '/assets/app.js' }],
  ['a file that is not there', 404, { path: '/assets/none.js' }],
  ['an answer', 200, { path: '/api/view' }],
  ['an answer with events', 200, { path: '/api/events' }],
  ['a refusal of a stranger', 401, { path: '/api/view', headers: nobody }],
  ['a refusal of what is no question', 400, { path: '/api/at?time=yesterday' }],
  ['a refusal of a month', 400, { path: '/reports/month?month=yesterday' }],
  ['a refusal of a drill', 404, { path: '/api/drills/8' }],
  ['a refusal of what another page asks', 403, { path: '/api/operations', method: 'POST' }],
  ['a refusal of an operation', 400, { path: '/api/operations', method: 'POST', headers: own, body: '{}' }],
  [
    'a refusal of what is too long',
    413,
    { path: '/api/operations', method: 'POST', headers: own, body: 'x'.repeat(16 * 1024 + 1) },
  ],
  ['a refusal of another name', 421, { path: '/', headers: { host: 'evil.example' } }],
  ['nothing', 404, { path: '/nothing' }],
])('%s, %i: the page may load from here alone, is in no frame, and is not sniffed', async (_, status, asked) => {
  expect(await answerTo(asked, { assets })).toMatchObject({
    status,
    'content-security-policy': pagePolicy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cache-control':
      asked.path === '/assets/app.js' ? 'public, max-age=31536000, immutable' : expect.stringMatching(/^no-/),
  });
});

test('an answer that is a bug, 500, has the same policy', async () => {
  const said = vi.spyOn(console, 'error').mockReturnValue(undefined);
  onTestFinished(() => said.mockRestore());
  const html = (): string => {
    throw new TypeError('no');
  };
  const drillRecords = { rows: () => [], html };
  expect(await answerTo({ path: '/api/drills/8' }, { drillRecords })).toMatchObject({
    status: 500,
    'content-security-policy': pagePolicy,
  });
  expect(said).toHaveBeenCalledOnce();
});
