import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import type { AccessEvent } from '../report/access-event.ts';
import { type AccountFile, openAccountFile } from './account-file.ts';

let path = '';
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-accounts-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  path = join(directory, 'state', 'accounts.db');
});

function open(): AccountFile {
  const file = openAccountFile(path);
  onTestFinished(() => file.close());
  return file;
}

const at = (second: number): string => `2026-11-29T12:00:${String(second).padStart(2, '0')}.000Z`;
const credentials = { password: 'scrypt$1', totpSecret: new Uint8Array([1, 2, 3]), totpStep: 10 };
const ann = { name: 'ann', role: 'operator', createdAt: at(0), ...credentials } as const;
const signIn = { name: 'ann', password: 'scrypt$1', totpStep: 11, session: 'aa', at: at(1) };

describe('accounts', () => {
  test('are there after the file was closed, for its owner only, and no secret is among what is shown', () => {
    const first = openAccountFile(path);
    expect(first.addAccount(ann)).toBe(true);
    expect(first.addAccount({ ...ann, name: 'bob', role: 'viewer' })).toBe(true);
    first.close();
    const again = open();
    expect(again.accounts()).toEqual([
      { name: 'ann', role: 'operator', createdAt: at(0), signedInAt: undefined },
      { name: 'bob', role: 'viewer', createdAt: at(0), signedInAt: undefined },
    ]);
    expect(again.credentials('ann')).toEqual({ name: 'ann', ...credentials });
    expect(again.credentials('eve')).toBeUndefined();
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('have a name of their own', () => {
    const file = open();
    file.addAccount(ann);
    expect(file.addAccount({ ...ann, role: 'viewer', password: 'other' })).toBe(false);
    expect(file.credentials('ann')?.password).toBe('scrypt$1');
  });

  test('that are not there can not be reset or removed', () => {
    const file = open();
    expect([file.resetAccount('ann', credentials), file.removeAccount('ann')]).toEqual([false, false]);
  });
});

describe('sessions', () => {
  test('begin with a code, and a code is taken once, whoever else has the file open', () => {
    const [one, other] = [open(), open()];
    one.addAccount(ann);
    expect(other.signIn(signIn)).toBe(true);
    expect(one.signIn({ ...signIn, session: 'bb' })).toBe(false);
    expect(one.signIn({ ...signIn, totpStep: 10, session: 'bb' })).toBe(false);
    expect(one.session('aa')).toEqual({ name: 'ann', role: 'operator', begunAt: at(1), usedAt: at(1) });
    expect(one.session('bb')).toBeUndefined();
    expect(one.accounts()[0]?.signedInAt).toBe(at(1));
  });

  test('do not begin for an account that was changed or removed while its password was checked', () => {
    const file = open();
    file.addAccount(ann);
    file.resetAccount('ann', { ...credentials, password: 'scrypt$2' });
    expect(file.signIn(signIn)).toBe(false);
    file.removeAccount('ann');
    expect(file.signIn({ ...signIn, password: 'scrypt$2' })).toBe(false);
  });

  test('are two when somebody signs in twice; one ends without the other', () => {
    const file = open();
    file.addAccount(ann);
    file.signIn(signIn);
    file.signIn({ ...signIn, totpStep: 12, session: 'bb', at: at(2) });
    file.useSession('bb', at(9));
    expect(file.endSession('aa')).toBe('ann');
    expect(file.endSession('aa')).toBeUndefined();
    expect([file.session('aa'), file.session('bb')?.usedAt]).toEqual([undefined, at(9)]);
  });

  test.each([
    ['removed', (file: AccountFile) => file.removeAccount('ann')],
    ['reset', (file: AccountFile) => file.resetAccount('ann', { ...credentials, password: 'scrypt$2' })],
  ])('all end when their account is %s, and those of others do not', (_, change) => {
    const file = open();
    file.addAccount(ann);
    file.addAccount({ ...ann, name: 'bob' });
    file.signIn(signIn);
    file.signIn({ ...signIn, totpStep: 12, session: 'bb' });
    file.signIn({ ...signIn, name: 'bob', session: 'cc' });
    expect(change(file)).toBe(true);
    expect([file.session('aa'), file.session('bb'), file.session('cc')?.name]).toEqual([undefined, undefined, 'bob']);
  });

  test('that are too old are forgotten', () => {
    const file = open();
    file.addAccount(ann);
    file.signIn(signIn);
    file.signIn({ ...signIn, totpStep: 12, session: 'bb', at: at(5) });
    file.forgetSessions(at(3));
    expect([file.session('aa'), file.session('bb')?.begunAt]).toEqual([undefined, at(5)]);
  });
});

test('tokens are found by their hash, and are gone when removed', () => {
  const file = open();
  const token = { name: 'prometheus', hash: 'ff', createdAt: at(0) };
  expect([file.addToken(token), file.addToken({ ...token, hash: 'ee' })]).toEqual([true, false]);
  expect([file.tokenName('ff'), file.tokenName('ee')]).toEqual(['prometheus', undefined]);
  expect(file.tokens()).toEqual([{ name: 'prometheus', createdAt: at(0) }]);
  expect([file.removeToken('prometheus'), file.removeToken('prometheus')]).toEqual([true, false]);
  expect(file.tokenName('ff')).toBeUndefined();
});

test('what happened comes back oldest first, the newest when not all is asked for', () => {
  const file = open();
  const event = (second: number): AccessEvent => ({
    at: at(second),
    kind: 'sign-in-failed',
    who: 'ann',
    address: '192.0.2.1',
    note: '',
  });
  for (const second of [1, 2, 3]) file.log(event(second));
  expect(file.events(2)).toEqual([
    { ...event(2), id: 2 },
    { ...event(3), id: 3 },
  ]);
});

test('from where somebody signed in is remembered, and not from where it failed', () => {
  const file = open();
  file.log({ at: at(1), kind: 'signed-in', who: 'ann', address: '192.0.2.1', note: '' });
  file.log({ at: at(2), kind: 'sign-in-failed', who: 'ann', address: '192.0.2.2', note: '' });
  const from = (name: string, address: string): boolean => file.cameFrom(name, address);
  expect([from('ann', '192.0.2.1'), from('ann', '192.0.2.2'), from('bob', '192.0.2.1')]).toEqual([true, false, false]);
});

test('a damaged file is refused and not touched', async () => {
  open();
  writeFileSync(path, 'this is no database, and long enough to be read as one '.repeat(50));
  const before = readFileSync(path, 'utf8');
  expect(await thrownFault(new Promise((settle) => settle(openAccountFile(path))))).toMatchObject({
    code: 'file-unreadable',
    message: `the file of accounts ${path} is damaged`,
    next: expect.stringContaining('evenkeel serve user add'),
  });
  expect(readFileSync(path, 'utf8')).toBe(before);
});
