import { expect, test } from 'vitest';
import { makeReportDesk } from './report-desk.ts';

/** Lets everything go on that can. */
async function settle(): Promise<void> {
  await new Promise((done) => setImmediate(done));
}

/** A desk with a clock of its own, and reports that are written when the test says so. */
function slowDesk() {
  let clock = 0;
  const begun: string[] = [];
  const ends = new Map<string, { readonly done: () => void; readonly fail: (error: Error) => void }>();
  const desk = makeReportDesk(() => clock);
  const ask = (question: string): Promise<string> | undefined =>
    desk.page(question, async () => {
      begun.push(question);
      return new Promise((resolve, reject) => {
        ends.set(question, { done: () => resolve(`page ${question} ${begun.length}`), fail: reject });
      });
    });
  return { ask, begun, ends, pass: (ms: number) => (clock += ms) };
}

test('one report is written at a time, in the order in which they were asked for', async () => {
  const { ask, begun, ends } = slowDesk();
  const [first, second, third] = [ask('a'), ask('b'), ask('c')];
  await settle();
  expect(begun).toEqual(['a']);
  ends.get('a')?.done();
  await settle();
  expect(begun).toEqual(['a', 'b']);
  ends.get('b')?.done();
  await settle();
  ends.get('c')?.done();
  expect([await first, await second, await third]).toEqual(['page a 1', 'page b 2', 'page c 3']);
});

test('who asks the same meanwhile or soon after gets the same page; later it is written again', async () => {
  const { ask, begun, ends, pass } = slowDesk();
  const [first, second] = [ask('a'), ask('a')];
  await settle();
  ends.get('a')?.done();
  expect([await first, await second]).toEqual(['page a 1', 'page a 1']);
  pass(9_999);
  expect(await ask('a')).toBe('page a 1');
  pass(1);
  const later = ask('a');
  await settle();
  expect(begun).toEqual(['a', 'a']);
  ends.get('a')?.done();
  expect(await later).toBe('page a 2');
});

test('one that fails stops no other, and is not remembered', async () => {
  const { ask, begun, ends } = slowDesk();
  const [bad, good] = [ask('a'), ask('b')];
  await settle();
  ends.get('a')?.fail(new Error('damaged'));
  await expect(bad).rejects.toThrow('damaged');
  await settle();
  ends.get('b')?.done();
  expect(await good).toBe('page b 2');
  void ask('a');
  await settle();
  expect(begun).toEqual(['a', 'b', 'a']);
});

test('when eight wait, only what is asked already is taken', async () => {
  const { ask, ends } = slowDesk();
  const pages = Array.from({ length: 8 }, (_, index) => ask(`${index}`));
  expect(ask('one more')).toBeUndefined();
  expect(ask('7')).toBe(pages[7]);
  await settle();
  ends.get('0')?.done();
  await pages[0];
  expect(ask('one more')).toBeDefined();
});
