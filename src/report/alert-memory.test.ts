import { expect, test } from 'vitest';
import { alertClock, conditionOf, seeing } from '../../test/kit/alert-conditions.ts';
import { type AlertMemory, readAlertMemory } from './alert-memory.ts';
import { lastingState } from './alert-state.ts';

const message = { id: 'a1', at: 5, title: 't', text: 'x\ny', document: '{}', attempts: 2 };

function memoryOf(state: AlertMemory['state']): AlertMemory {
  return {
    version: 1,
    at: 7,
    state,
    receivers: [{ name: 'chat', state: 'failing', takenAt: 3, said: 'HTTP 500', queue: [message] }],
  };
}

test('what was written is read as it was, in every phase', () => {
  const clock = alertClock();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => conditionOf(`vip-nobody ${name}`, { because: undefined }));
  if (a === undefined || b === undefined || c === undefined) throw new Error('three conditions');
  clock.see(0, seeing([a, b]));
  clock.until(20_000);
  clock.see(20_000, seeing([b]));
  clock.see(35_000, seeing([b]));
  clock.see(36_000, seeing([{ ...b, message: 'other words' }, c]));
  clock.see(39_000, seeing([c]));
  const state = lastingState(clock.state());
  expect(state.alerts.map(({ phase }) => phase).sort()).toEqual(['due', 'over', 'told']);
  expect(readAlertMemory(JSON.stringify(memoryOf(state)))).toEqual(memoryOf(state));
});

test.each([
  ['no JSON', '{'],
  ['something else', '[]'],
  ['of another version', '{"version":2,"state":{}}'],
  ['without a state', '{"version":1}'],
])('%s is nothing', (_, text) => {
  expect(readAlertMemory(text)).toBeUndefined();
});

test('an alert of a kind that is not known here is left out, the others are kept', () => {
  const clock = alertClock();
  clock.see(0, seeing([conditionOf('vip-nobody a'), conditionOf('vip-nobody b')]));
  clock.until(20_000);
  const text = JSON.stringify(memoryOf(lastingState(clock.state()))).replace(
    '"code":"vip-nobody"',
    '"code":"moon-full"',
  );
  expect(readAlertMemory(text)?.state.alerts.map(({ condition }) => condition.key)).toEqual(['vip-nobody b']);
});
