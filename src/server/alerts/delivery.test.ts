import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { outgoingAlert } from '../../../test/kit/outgoing-alert.ts';
import type { OutgoingAlert, ReceiverMemory } from '../../report/alert-memory.ts';
import { type Delivery, type DeliveryNews, type DeliveryTimes, longestQueue, startDelivery } from './delivery.ts';
import type { SendOutcome } from './send-outcome.ts';

const waiting = { timeout: 20_000, interval: 5 };
const times: DeliveryTimes = { firstRetryMs: 5, longestRetryMs: 20, giveUpMs: 3_600_000, graceMs: 50 };
const taken: SendOutcome = { kind: 'taken', said: 'ok' };
const failed: SendOutcome = { kind: 'failed', said: 'HTTP 500', next: 'see its log' };
const refused: SendOutcome = { kind: 'refused', said: 'HTTP 400', next: 'see its log' };

interface Started extends Delivery {
  readonly news: readonly DeliveryNews[];
  readonly sent: readonly string[];
  readonly stop: () => Promise<void>;
}

/** A receiver that answers as the test says. */
function start(
  answer: (message: OutgoingAlert, tries: number) => SendOutcome | Promise<SendOutcome>,
  { memory, differs }: { readonly memory?: ReceiverMemory; readonly differs?: Partial<DeliveryTimes> } = {},
): Started {
  const [news, sent, end]: [DeliveryNews[], string[], AbortController] = [[], [], new AbortController()];
  const delivery = startDelivery({
    name: 'chat',
    memory,
    send: async (message) => {
      sent.push(message.id);
      return answer(message, sent.length);
    },
    onNews: (one) => news.push(one),
    now: () => new Date(),
    times: { ...times, ...differs },
    signal: end.signal,
  });
  const stop = async (): Promise<void> => {
    end.abort();
    await delivery.ended;
  };
  onTestFinished(stop);
  return { ...delivery, news, sent, stop };
}

const fresh = (id: string): OutgoingAlert => outgoingAlert(id, { at: Date.now() });

describe('messages', () => {
  test('go one after the other, in their order', async () => {
    const chat = start(() => taken);
    for (const id of ['a', 'b', 'c']) chat.add(fresh(id));
    await vi.waitFor(() => expect(chat.news).toHaveLength(3), waiting);
    expect(chat.sent).toEqual(['a', 'b', 'c']);
    expect(chat.memory()).toMatchObject({ state: 'good', said: 'ok', queue: [] });
  });

  test('that are not taken are tried again, before the next one', async () => {
    const chat = start((_, tries) => (tries < 4 ? failed : taken));
    chat.add(fresh('a'));
    chat.add(fresh('b'));
    await vi.waitFor(() => expect(chat.memory()).toMatchObject({ state: 'good', queue: [] }), waiting);
    expect(chat.sent).toEqual(['a', 'a', 'a', 'a', 'b']);
    expect(chat.news.map(({ kind }) => kind)).toEqual(['not-taken', 'not-taken', 'not-taken', 'taken', 'taken']);
  });

  test('that are refused are given up after some tries, and the next one has its turn', async () => {
    const chat = start(({ id }) => (id === 'a' ? refused : taken));
    chat.add(fresh('a'));
    chat.add(fresh('b'));
    await vi.waitFor(() => expect(chat.memory().queue).toEqual([]), waiting);
    expect(chat.sent).toEqual(['a', 'a', 'a', 'a', 'a', 'b']);
    expect(chat.news.at(-2)).toMatchObject({ kind: 'given-up', said: 'HTTP 400' });
  });

  test('that are a day old are given up', async () => {
    const chat = start(() => failed, { differs: { giveUpMs: 0 } });
    chat.add(fresh('a'));
    await vi.waitFor(() => expect(chat.news).toMatchObject([{ kind: 'given-up' }]), waiting);
    expect(chat.memory()).toMatchObject({ state: 'failing', queue: [] });
  });

  test('that wait are not without bound: the oldest go, but the one that is on its way', async () => {
    const gate = Promise.withResolvers<SendOutcome>();
    const chat = start(() => gate.promise);
    for (let number = 0; number < longestQueue + 5; number += 1) chat.add(fresh(`m${number}`));
    const ids = chat.memory().queue.map(({ id }) => id);
    expect(ids).toHaveLength(longestQueue);
    expect([ids[0], ids[1], ids.at(-1)]).toEqual(['m0', 'm6', `m${longestQueue + 4}`]);
    expect(chat.news.map((one) => [one.kind, one.message.id])).toEqual(
      ['m1', 'm2', 'm3', 'm4', 'm5'].map((id) => ['given-up', id]),
    );
    gate.resolve(taken);
  });
});

describe('when it ends', () => {
  test('what was not taken is remembered, and sent by the next one', async () => {
    const first = start(() => failed, { differs: { firstRetryMs: 3_600_000, longestRetryMs: 3_600_000 } });
    first.add(fresh('a'));
    await vi.waitFor(() => expect(first.news).toHaveLength(1), waiting);
    await first.stop();
    expect(first.memory().queue).toMatchObject([{ id: 'a', attempts: 1 }]);
    const second = start(() => taken, { memory: first.memory() });
    await vi.waitFor(() => expect(second.memory()).toMatchObject({ state: 'good', queue: [] }), waiting);
  });

  test('a try that is under way may end by itself', async () => {
    const gate = Promise.withResolvers<SendOutcome>();
    const chat = start(() => gate.promise, { differs: { graceMs: 60_000 } });
    chat.add(fresh('a'));
    await vi.waitFor(() => expect(chat.sent).toEqual(['a']), waiting);
    const stopped = chat.stop();
    gate.resolve(taken);
    await stopped;
    expect(chat.memory().queue).toEqual([]);
  });

  test('without messages it ends at once', async () => {
    await start(() => taken).stop();
  });
});
