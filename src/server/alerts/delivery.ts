import { pause } from '../../hosts/pause.ts';
import { type OutgoingAlert, type ReceiverMemory, untriedReceiver } from '../../report/alert-memory.ts';
import type { SendOutcome } from './send-outcome.ts';

/** How long a receiver that takes nothing is tried. Milliseconds. */
export interface DeliveryTimes {
  /** From the first try to the second; each next one is twice as long. */
  readonly firstRetryMs: number;
  readonly longestRetryMs: number;
  /** So old a message is given up. */
  readonly giveUpMs: number;
  /** When everything ends, a try that is under way has so long to end by itself. */
  readonly graceMs: number;
}

/** As it is unless a test is in a hurry. */
export const deliveryTimes: DeliveryTimes = {
  firstRetryMs: 5_000,
  longestRetryMs: 600_000,
  giveUpMs: 24 * 3_600_000,
  graceMs: 3_000,
};

/** Messages that wait for one receiver; what is older is left out then, since what is new matters more. */
export const longestQueue = 100;
/** A message that the other end refuses is tried so often: perhaps somebody mends the receiver meanwhile. */
const refusedTries = 5;

/** What happened to a message. */
export type DeliveryNews =
  | { readonly kind: 'taken'; readonly message: OutgoingAlert; readonly said: string }
  | { readonly kind: 'not-taken'; readonly message: OutgoingAlert; readonly said: string; readonly next: string }
  /** It will not be tried again. */
  | { readonly kind: 'given-up'; readonly message: OutgoingAlert; readonly said: string };

/** What the messages of one receiver need. */
export interface DeliveryWorld {
  readonly name: string;
  /** What is remembered from before. */
  readonly memory: ReceiverMemory | undefined;
  readonly send: (message: OutgoingAlert, signal: AbortSignal) => Promise<SendOutcome>;
  /** Called after each try, when `memory` is up to date. */
  readonly onNews: (news: DeliveryNews) => void;
  readonly now: () => Date;
  readonly times: DeliveryTimes;
  readonly signal: AbortSignal;
}

/** The messages of one receiver, on their way one after the other. */
export interface Delivery {
  add(message: OutgoingAlert): void;
  memory(): ReceiverMemory;
  /** Resolves when the signal fired and nothing runs any more; rejects with a bug. */
  readonly ended: Promise<void>;
}

/** Sends the messages of one receiver in their order. Each receiver has its own, so that none waits for another one. */
export function startDelivery(world: DeliveryWorld): Delivery {
  const { name, send, onNews, now, times, signal } = world;
  let memory: ReceiverMemory = world.memory ?? untriedReceiver(name);
  let wake: () => void = () => undefined;
  const cut = new AbortController();
  signal.addEventListener(
    'abort',
    () => {
      wake();
      setTimeout(() => cut.abort(), times.graceMs).unref();
    },
    { once: true },
  );

  const leave = (message: OutgoingAlert): readonly OutgoingAlert[] => memory.queue.filter((one) => one !== message);

  const tryOne = async (message: OutgoingAlert): Promise<void> => {
    const outcome = await send(message, cut.signal);
    const { said } = outcome;
    if (outcome.kind === 'taken') {
      memory = { ...memory, state: 'good', takenAt: now().getTime(), said, queue: leave(message) };
      return onNews({ kind: 'taken', message, said });
    }
    const tried = { ...message, attempts: message.attempts + 1 };
    const old = now().getTime() - message.at >= times.giveUpMs;
    const hopeless = old || (outcome.kind === 'refused' && tried.attempts >= refusedTries);
    const queue = hopeless ? leave(message) : memory.queue.map((one) => (one === message ? tried : one));
    memory = { ...memory, state: 'failing', said, queue };
    onNews(
      hopeless
        ? { kind: 'given-up', message: tried, said }
        : { kind: 'not-taken', message: tried, said, next: outcome.next },
    );
    if (!hopeless) await pause(retryMs(tried.attempts, times), signal);
  };

  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      const [message] = memory.queue;
      if (message !== undefined) await tryOne(message);
      else await new Promise<void>((settle) => (wake = settle));
    }
  };

  return {
    add(message) {
      const queue = [...memory.queue, message];
      // The first may be on its way just now.
      const left = queue.slice(1, 1 + Math.max(0, queue.length - longestQueue));
      memory = { ...memory, queue: queue.filter((one) => !left.includes(one)) };
      for (const old of left) onNews({ kind: 'given-up', message: old, said: 'too many messages wait' });
      wake();
    },
    memory: () => memory,
    ended: run(),
  };
}

function retryMs(attempts: number, { firstRetryMs, longestRetryMs }: DeliveryTimes): number {
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(30, attempts - 1));
}
