import { expect, test } from 'vitest';
import { decoyPassword, hashPassword, isPassword, passwordTrouble } from './password.ts';

const password = 'correct horse battery staple';

test('the right password is found right, and no other', async () => {
  const kept = await hashPassword(password);
  expect(await isPassword(password, kept)).toBe(true);
  expect(await isPassword(`${password} `, kept)).toBe(false);
  expect(await isPassword('', kept)).toBe(false);
  expect(kept).not.toContain(password);
});

test('the same password is kept as something else each time', async () => {
  const [one, other] = await Promise.all([hashPassword(password), hashPassword(password)]);
  expect(one).not.toBe(other);
  expect(one).toMatch(/^scrypt\$32768\$8\$3\$[\w-]{22}\$[\w-]{43}$/);
});

test('letters that look the same are the same, however a keyboard composes them', async () => {
  expect(await isPassword('caf\u00e9 m\u00fcnchen', await hashPassword('cafe\u0301 mu\u0308nchen'))).toBe(true);
});

test('nothing fits a decoy, and nothing fits what is no kept password', async () => {
  expect(await isPassword(password, decoyPassword())).toBe(false);
  expect(await isPassword(password, '')).toBe(false);
  expect(await isPassword(password, password)).toBe(false);
});

test.each([
  ['short', 'it has 5 characters'],
  ['x'.repeat(257), 'longer than 256'],
  ['aaaaaaaaaaaaaaaa', 'a few characters only'],
  ['annabella-annabella', 'little more than the name'],
  ['correct horse battery', undefined],
  ['🐎🔋📎✅🐎🔋📎✅🐎🔋📎😀', undefined],
])('%j: %s', (text, trouble) => {
  const found = passwordTrouble(text, 'annabella');
  if (trouble === undefined) expect(found).toBeUndefined();
  else expect(found).toContain(trouble);
});
