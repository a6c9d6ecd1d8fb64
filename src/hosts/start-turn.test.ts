import { setImmediate as nextRound } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { startTurn } from './start-turn.ts';

test('what comes in while a process is started is handled before the next one is', async () => {
  const order: string[] = [];
  // From the end of a round, so that the next one is a whole one.
  await nextRound();
  const turns = ['first', 'second', 'third'].map(async (name) => {
    await startTurn();
    order.push(name);
    setTimeout(() => order.push(`after ${name}`), 1);
    // A start is synchronous: the timer is due when it is over.
    for (const began = performance.now(); performance.now() - began < 5;);
  });
  await Promise.all(turns);
  expect(order).toEqual(['first', 'after first', 'second', 'after second', 'third']);
});
