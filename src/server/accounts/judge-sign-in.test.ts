import { expect, test } from 'vitest';
import { testAccounts, testPassword } from '../../../test/kit/account-dashboard.ts';
import { makeSignInJudge, type SignInTry } from './judge-sign-in.ts';

async function world() {
  const accounts = await testAccounts();
  const judge = makeSignInJudge(accounts);
  const tried = (fields: Partial<SignInTry>): SignInTry => ({
    name: 'ann',
    password: testPassword,
    code: accounts.code(),
    address: '192.0.2.1',
    ...fields,
  });
  const kinds = (tries: readonly Partial<SignInTry>[]): Promise<readonly string[]> =>
    Promise.all(tries.map(async (fields) => (await judge(tried(fields))).kind));
  return { ...accounts, judge, tried, kinds };
}

const counted = (kinds: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...new Set(kinds)].map((kind) => [kind, kinds.filter((other) => other === kind).length]));

test('who has the right three comes in; the secret is another one each time', async () => {
  const { judge, tried, pass } = await world();
  const first = await judge(tried({}));
  pass(30_000);
  const second = await judge(tried({}));
  expect([first.kind, second.kind]).toEqual(['signed-in', 'signed-in']);
  expect(first).not.toEqual(second);
});

test('many guesses at once are as many as one after the other', async () => {
  const { kinds } = await world();
  const wrong = { password: 'wrong' };
  expect(counted(await kinds(Array.from({ length: 30 }, () => wrong)))).toEqual({ wrong: 6, slow: 24 });
});

test('guesses that come from everywhere at once are turned away when too many wait', async () => {
  const { kinds } = await world();
  const tries = Array.from({ length: 12 }, (_, index) => ({ name: `guess${index}`, address: `192.0.2.${index}` }));
  expect(counted(await kinds(tries))).toEqual({ wrong: 8, busy: 4 });
});

test('one code at the same moment from two places is one session', async () => {
  const { kinds } = await world();
  expect(counted(await kinds([{ address: '192.0.2.1' }, { address: '192.0.2.2' }]))).toEqual({
    'signed-in': 1,
    wrong: 1,
  });
});

test('others who guess at an account do not keep out its owner, where the owner has been before', async () => {
  const { kinds, pass } = await world();
  expect(await kinds([{ address: '192.0.2.1' }])).toEqual(['signed-in']);
  pass(30_000);
  const guess = { password: 'wrong', address: '198.51.100.1' };
  await kinds(Array.from({ length: 6 }, () => guess));
  expect(await kinds([{ address: '198.51.100.2' }])).toEqual(['slow']);
  expect(await kinds([{ address: '192.0.2.1' }])).toEqual(['signed-in']);
});

test('an account of their own does not make guessing at others free', async () => {
  const { judge, tried, pass } = await world();
  let guesses = 0;
  for (let turn = 0; turn < 6; turn += 1) {
    pass(30_000);
    await judge(tried({ name: 'bob' }));
    for (const name of ['x', 'y', 'z']) {
      const { kind } = await judge(tried({ name: `${name}${turn}`, password: 'wrong' }));
      if (kind === 'wrong') guesses += 1;
    }
  }
  // 18 were made; ten are free.
  expect(guesses).toBeLessThan(18);
});

test('an IPv6 network counts as one place, whatever address of it is taken', async () => {
  const { judge, tried } = await world();
  const kinds: string[] = [];
  for (let host = 1; host <= 12; host += 1) {
    kinds.push((await judge(tried({ name: `guess${host}`, address: `2001:db8::${host.toString(16)}` }))).kind);
  }
  expect(counted(kinds)).toEqual({ wrong: 11, slow: 1 });
});

test('a name as long as a book is nobody, and is not written down', async () => {
  const { judge, tried, accounts } = await world();
  expect(await judge(tried({ name: 'a'.repeat(10_000), password: 'b'.repeat(10_000) }))).toEqual({ kind: 'wrong' });
  expect(accounts.events(1)).toMatchObject([{ kind: 'sign-in-failed', who: '' }]);
});
