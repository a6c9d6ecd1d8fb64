import { expect, test, vi } from 'vitest';
import { agentSample, nginxSample, siteSample } from '../../test/kit/metrics-sample.ts';
import { makeBoard } from './board.ts';
import type { Collection } from './metrics-collector.ts';
import { watchTraffic } from './watch-traffic.ts';

const noon = Date.parse('2026-11-29T12:00:00Z') / 1000;

/** The nth reading of a balancer that gets ever more requests; `at`: by the clock of the dashboard, while its own goes on. */
function reading(nth: number, at: number): Collection {
  const nginx = nginxSample({ sites: [siteSample('devops.com', nth * nth * 100)] });
  const agent = agentSample({ at: nth * 10, nginx });
  return { at, seconds: 0.1, metrics: [{ host: 'lb1', kind: 'balancer', agent, checks: [], powerdns: undefined }] };
}

/** The requests a second that stood on the board, one after the other, while these came; the last one comes again and again. */
async function ratesOf(readings: readonly Collection[]): Promise<readonly (number | undefined)[]> {
  const board = makeBoard({ now: () => new Date(noon * 1000), keep: () => [] });
  const signal = new AbortController();
  const rates: (number | undefined)[] = [];
  board.subscribe(() => rates.push(board.view().traffic[0]?.requestsPerSecond));
  const [first] = readings;
  if (first === undefined) throw new Error('there is nothing to read');
  let asked = 0;
  const collect = async (): Promise<Collection> => Promise.resolve(readings[asked++] ?? readings.at(-1) ?? first);
  const ended = watchTraffic({ board, collector: { collect }, everyMs: 1, signal: signal.signal });
  await vi.waitFor(() => expect(asked).toBeGreaterThan(readings.length + 2));
  signal.abort();
  await ended;
  return rates;
}

test('when the clock of the dashboard is set back, the figures go on', async () => {
  const hourAgo = noon - 3_600;
  const readings = [reading(1, noon), reading(2, noon + 10), reading(3, hourAgo + 20), reading(4, hourAgo + 30)];
  expect(await ratesOf(readings)).toEqual([30, 50, 70]);
});

test('a reading that is given again takes no figures away', async () => {
  const again = reading(2, noon + 10);
  expect(await ratesOf([reading(1, noon), again, again, reading(3, noon + 20)])).toEqual([30, 50]);
});
