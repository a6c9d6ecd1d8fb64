import { describe, expect, onTestFinished, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { CommandOutcome } from '../hosts/host.ts';
import { memoryHost } from '../hosts/memory-host.ts';
import { type BalancerHolding, followHolders } from './follow-holders.ts';

const model = exampleModel();
const vip = '192.168.10.100';
const line = `2: eth0    inet ${vip}/32 scope global eth0\\       valid_lft forever preferred_lft forever`;

/** What `ip -j addr` prints of an interface with these addresses. */
function interfaceWith(...addresses: readonly string[]): CommandOutcome {
  const info = addresses.map((local) => ({ local, prefixlen: 32 }));
  return { exitCode: 0, stdout: JSON.stringify([{ ifname: 'eth0', addr_info: info }]), stderr: '' };
}

/** A followed lb1, whose answers and news are the test's own: an answer waits until `answer` is called. */
function followed() {
  const asked: ((outcome: CommandOutcome) => void)[] = [];
  const told: BalancerHolding['addresses'][] = [];
  const says: ((text: string) => void)[] = [];
  const stop = new AbortController();
  const host = memoryHost({
    name: 'lb1',
    respond: () => new Promise<CommandOutcome>((settle) => asked.push(settle)),
    play: (_argv, say) => new Promise(() => says.push(say)),
  });
  const ended = followHolders({
    model,
    hosts: new Map([['lb1', host]]),
    onHolding: ({ addresses }) => told.push(addresses),
    signal: stop.signal,
  });
  onTestFinished(async () => {
    stop.abort();
    for (const settle of asked) settle(interfaceWith());
    await ended;
  });
  const sets = (): readonly (readonly string[])[] => told.map((one) => [...(one ?? ['silent'])]);
  return {
    say: (text: string) => says.at(-1)?.(text),
    /** Answers the next question, as soon as it is there. */
    answer: async (...addresses: readonly string[]) => {
      await expect.poll(() => asked.length, { timeout: 20_000 }).toBeGreaterThan(0);
      asked.shift()?.(interfaceWith(...addresses));
    },
    /** Waits until this was told last. */
    lastTold: async (...addresses: readonly string[]) => {
      await expect.poll(() => sets().at(-1), { timeout: 20_000 }).toEqual(addresses);
    },
    /** Answers whatever is asked from now on; returns how often it was asked until then, each time it is called. */
    answerAll: (...addresses: readonly string[]) => {
      let count = 0;
      const answering = setInterval(() => {
        for (const settle of asked.splice(0)) {
          count += 1;
          settle(interfaceWith(...addresses));
        }
      }, 10);
      onTestFinished(() => clearInterval(answering));
      return () => count;
    },
    /** What was told, and whether a question waits for an answer. */
    sets,
    isAsked: () => asked.length > 0,
  };
}

/** A balancer that has told what it holds, and is asked nothing for the moment. */
async function known() {
  const world = followed();
  // By its first beat, and because its news begin: whichever comes first.
  await world.answer('192.168.10.11');
  await world.lastTold('192.168.10.11');
  if (world.isAsked()) await world.answer('192.168.10.11');
  return world;
}

describe('a followed balancer', () => {
  test('its news are told before it is asked', async () => {
    const world = await known();
    world.say(line);
    await world.lastTold('192.168.10.11', vip);
    world.say(`Deleted ${line}`);
    await world.lastTold('192.168.10.11');
  });

  test('while it says each second that it is there, it is not asked; when it falls silent, it is', async () => {
    const world = await known();
    const asked = world.answerAll('192.168.10.11');
    const beats = setInterval(() => world.say(''), 100);
    const end = performance.now() + 7_000;
    await expect.poll(() => performance.now() > end, { timeout: 60_000 }).toBe(true);
    clearInterval(beats);
    // Three times without them. Once, should this computer stand still for a moment.
    expect(asked()).toBeLessThan(2);
    const before = asked();
    await expect.poll(asked, { timeout: 20_000 }).toBeGreaterThan(before);
  });

  test('an answer that may be older than its news is not told; the next one is', async () => {
    const world = await known();
    // Asked because of the first line, and answered after the second.
    world.say('2: eth0    inet 192.0.2.9 peer 192.0.2.8/32 scope global eth0');
    await expect.poll(world.isAsked).toBe(true);
    world.say(line);
    const before = world.sets().length;
    await world.answer('192.168.10.11');
    await world.answer('192.168.10.11', vip, '192.0.2.9');
    await world.lastTold('192.168.10.11', vip, '192.0.2.9');
    expect(world.sets().slice(before)).not.toContainEqual(['192.168.10.11']);
  });
});
