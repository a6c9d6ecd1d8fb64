import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alertClock, conditionOf, seeing, usualTimes } from '../../test/kit/alert-conditions.ts';
import type { Condition } from './alert-condition.ts';
import { flapsKeptMs, longestCalmMs, stepAlerts } from './alert-rules.ts';
import { newAlertState } from './alert-state.ts';

const vip1 = conditionOf('vip-nobody vip1');
const vip2 = conditionOf('vip-nobody vip2');
const backend = conditionOf('backend-down web1', { code: 'backend-down', kind: 'backend', source: 'look' });
const warning: Condition = { ...vip1, severity: 'warning' };

describe('what is told when', () => {
  test('nothing before it has lasted; then once, and its end', () => {
    const clock = alertClock();
    clock.see(0, seeing([vip1]));
    clock.until(11_999);
    expect(clock.lines()).toEqual([]);
    clock.until(60_000);
    expect(clock.lines()).toEqual(['12000 began vip-nobody vip1']);
    clock.see(60_000, seeing([]));
    clock.until(10_000_000);
    expect(clock.lines()).toEqual(['12000 began vip-nobody vip1', '85000 over vip-nobody vip1']);
    expect(clock.told().at(-1)?.items[0]).toMatchObject({ since: 0, endedAt: 60_000, flaps: 0 });
    expect(clock.state().alerts).toEqual([]);
  });

  test('what ends before it has lasted long enough is not told', () => {
    const clock = alertClock();
    clock.see(0, seeing([vip1]));
    clock.see(1_900, seeing([]));
    clock.until(100_000);
    expect(clock.lines()).toEqual([]);
    expect(clock.state().alerts).toEqual([]);
  });

  test('what ends while its message waits for others is told all the same', () => {
    const clock = alertClock();
    clock.see(0, seeing([vip1]));
    clock.see(5_000, seeing([]));
    clock.until(100_000);
    expect(clock.lines()).toEqual(['12000 began vip-nobody vip1', '37000 over vip-nobody vip1']);
  });

  test('each kind has its own patience, and a look that sees a VIP has more', () => {
    const clock = alertClock();
    clock.see(0, seeing([backend, { ...vip1, source: 'look', atLeastMs: 15_000 }]));
    clock.until(60_000);
    expect(clock.lines()).toEqual(['25000 began vip-nobody vip1', '40000 began backend-down web1']);
  });

  test('what begins within ten seconds is one message', () => {
    const clock = alertClock();
    clock.see(0, seeing([vip1]));
    clock.see(9_000, seeing([vip1, vip2]));
    clock.see(11_000, seeing([vip1, vip2, backend]));
    clock.until(100_000);
    expect(clock.told().map(({ items }) => items.length)).toEqual([2, 1]);
  });

  test('what goes on is told again after hours, all of it in one message', () => {
    const clock = alertClock();
    clock.see(0, seeing([vip1]));
    clock.see(3_600_000, seeing([vip1, backend]));
    clock.until(16_000_000);
    expect(clock.lines()).toEqual([
      '12000 began vip-nobody vip1',
      '3640000 began backend-down web1',
      '14412000 still vip-nobody vip1',
      '14412000 still backend-down web1',
    ]);
  });

  test('a warning that becomes an error is told again; an error that becomes a warning is not', () => {
    const clock = alertClock();
    clock.see(0, seeing([warning]));
    clock.see(20_000, seeing([vip1]));
    clock.see(50_000, seeing([warning]));
    clock.see(80_000, seeing([]));
    clock.until(200_000);
    expect(clock.told().map(({ at, items }) => [at, items[0]?.state, items[0]?.condition.severity])).toEqual([
      [12_000, 'began', 'warning'],
      [30_000, 'began', 'error'],
      [105_000, 'over', 'error'],
    ]);
  });

  test('what happened and has no end is told once, and never over or again', () => {
    const once = conditionOf('operation-failed 7', { code: 'operation-failed', kind: 'operation', lasts: 'once' });
    const clock = alertClock();
    clock.see(0, seeing([once]));
    clock.until(40_000_000);
    clock.see(40_000_000, seeing([]));
    clock.until(80_000_000);
    expect(clock.lines()).toEqual(['11000 began operation-failed 7']);
    expect(clock.state().alerts).toEqual([]);
  });
});

describe('what is explained', () => {
  const host = conditionOf('host-silent web1', { code: 'host-silent', kind: 'host', source: 'look' });
  const explained: Condition = { ...backend, because: host.key };

  test('is not told for itself, and stands with its cause', () => {
    const clock = alertClock();
    clock.see(0, seeing([host, explained]));
    clock.until(1_000_000);
    expect(clock.lines()).toEqual(['40000 began host-silent web1']);
    expect(clock.told()[0]?.items[0]?.explains).toEqual([explained.message]);
  });

  test('that is left when its cause is gone has its whole time to mend itself', () => {
    const clock = alertClock();
    clock.see(0, seeing([host, explained]));
    clock.see(600_000, seeing([backend]));
    clock.see(625_000, seeing([]));
    clock.until(1_000_000);
    expect(clock.lines()).toEqual(['40000 began host-silent web1', '625000 over host-silent web1']);
    clock.see(2_000_000, seeing([host, explained]));
    clock.see(2_600_000, seeing([backend]));
    clock.until(2_640_000);
    expect(clock.lines().at(-1)).toBe('2640000 began backend-down web1');
  });

  test('that was due when its cause was seen waits for it', () => {
    const clock = alertClock();
    clock.see(0, seeing([backend]));
    clock.see(35_000, seeing([host, explained]));
    clock.until(1_000_000);
    expect(clock.lines()).toEqual(['75000 began host-silent web1']);
  });

  test('that was told already is not forgotten, nor told again', () => {
    const clock = alertClock();
    clock.see(0, seeing([backend]));
    clock.see(100_000, seeing([host, explained]));
    clock.until(20_000_000);
    expect(clock.lines().slice(0, 2)).toEqual(['40000 began backend-down web1', '140000 began host-silent web1']);
    expect(
      clock
        .lines()
        .slice(2)
        .every((line) => line.endsWith('still host-silent web1')),
    ).toBe(true);
  });
});

describe('what can not be seen', () => {
  test('after a restart what was told is neither over nor told again', () => {
    const clock = alertClock();
    clock.see(0, seeing([vip1]));
    clock.until(20_000);
    clock.restart();
    clock.until(80_000);
    clock.see(80_000, seeing([vip1]));
    clock.see(100_000, seeing([]));
    clock.until(200_000);
    expect(clock.lines()).toEqual(['12000 began vip-nobody vip1', '125000 over vip-nobody vip1']);
  });

  test('what has no end is not told again, though it is seen only long after a restart', () => {
    const once = conditionOf('drill-failed 5', { code: 'drill-failed', kind: 'drill', source: 'work', lasts: 'once' });
    const clock = alertClock();
    clock.see(0, seeing([once]));
    clock.until(20_000);
    clock.restart();
    clock.until(10_000_000);
    clock.see(10_000_000, seeing([once]));
    clock.until(20_000_000);
    expect(clock.lines()).toEqual(['11000 began drill-failed 5']);
  });

  test('what was due when it ended is told by the next one', () => {
    const clock = alertClock();
    clock.see(0, seeing([vip1]));
    clock.until(5_000);
    clock.restart();
    clock.until(100_000);
    expect(clock.lines()).toEqual(['12000 began vip-nobody vip1']);
  });

  test('what only waited begins its time anew: nobody looked meanwhile', () => {
    const clock = alertClock();
    clock.see(0, seeing([backend]));
    clock.until(29_000);
    clock.restart();
    clock.see(100_000, seeing([backend]));
    clock.until(200_000);
    expect(clock.lines()).toEqual(['140000 began backend-down web1']);
  });
});

describe('what comes and goes', () => {
  test('within its calm is one alert', () => {
    const clock = alertClock();
    for (let at = 0; at < 120_000; at += 20_000) {
      clock.see(at, seeing([vip1]));
      clock.see(at + 10_000, seeing([]));
    }
    clock.until(10_000_000);
    expect(clock.lines().map((line) => line.split(' ')[1])).toEqual(['began', 'over']);
  });

  test('for a day is told ever more rarely, and says how often it came', () => {
    const clock = alertClock();
    const day = 86_400_000;
    for (let at = 0; at < day; at += 60_000) {
      clock.see(at, seeing([vip1]));
      clock.see(at + 20_000, seeing([]));
    }
    clock.until(2 * day);
    expect(clock.told().length).toBeLessThan(20);
    expect(clock.lines().at(-1)).toMatch(/over vip-nobody vip1$/);
    expect(clock.told().some(({ items }) => (items[0]?.flaps ?? 0) > 3)).toBe(true);
  });

  test('is forgotten after an hour', () => {
    const clock = alertClock();
    for (const at of [0, 100_000 + flapsKeptMs]) {
      clock.see(at, seeing([vip1]));
      clock.see(at + 20_000, seeing([]));
    }
    clock.until(3 * flapsKeptMs);
    expect(clock.told().map(({ items }) => items[0]?.flaps)).toEqual([0, 0, 0, 0]);
  });
});

test('a clock that was set back a year does not silence anything', () => {
  const year = 31_536_000_000;
  const times = usualTimes;
  const first = stepAlerts(newAlertState(year), { seen: seeing([backend]), now: year, times });
  const back = stepAlerts(first.state, { seen: seeing([backend]), now: 0, times });
  expect(back.wakeAt).toBe(30_000);
});

/** What is there from one moment to the next. */
interface Step {
  readonly waitMs: number;
  readonly there: readonly Condition[];
  readonly restart: boolean;
}

const story = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 1, max: 120_000 }),
    there: fc.subarray([vip1, warning, vip2, backend], { minLength: 0 }),
    restart: fc.nat(9).map((number) => number === 0),
  }),
  { maxLength: 40 },
);

describe('for every course of things', () => {
  const play = (steps: readonly Step[]) => {
    const clock = alertClock();
    let at = 0;
    for (const { waitMs, there, restart } of steps) {
      if (restart) clock.restart();
      at += waitMs;
      // Two of one key can't be seen at once.
      clock.see(at, seeing(there.filter(({ key }, index) => there.findIndex((one) => one.key === key) === index)));
    }
    clock.see(at + 1, seeing([]));
    clock.until(at + 10 * longestCalmMs);
    return clock;
  };

  test('what began is over in the end, and nothing is told twice or ends without a beginning', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const clock = play(steps);
        const on = new Map<string, string>();
        for (const { items } of clock.told()) {
          for (const { state, condition } of items) {
            const before = on.get(condition.key);
            if (state === 'began')
              expect(before === undefined || (before === 'warning' && condition.severity === 'error')).toBe(true);
            else expect(before).toBeDefined();
            if (state === 'over') on.delete(condition.key);
            else on.set(condition.key, condition.severity);
          }
        }
        expect([...on.keys()]).toEqual([]);
        expect(clock.state().alerts).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  test('nothing is told sooner than it may be, and a message is never empty', () => {
    fc.assert(
      fc.property(story, (steps) => {
        for (const { at, items } of play(steps).told()) {
          expect(items.length).toBeGreaterThan(0);
          for (const { state, since, condition } of items) {
            if (state === 'began') expect(at - since).toBeGreaterThanOrEqual(usualTimes.afterMs[condition.kind]);
          }
        }
      }),
      { numRuns: 300 },
    );
  });

  test('what lasts is told within its time and the grouping', () => {
    fc.assert(
      fc.property(story, (steps) => {
        const clock = alertClock();
        let at = 0;
        for (const { waitMs, there } of steps)
          clock.see((at += waitMs), seeing(there.filter(({ key }) => key !== backend.key && key !== vip1.key)));
        clock.see(at + 1, seeing([backend]));
        clock.until(at + 1 + usualTimes.afterMs.backend + usualTimes.groupMs);
        expect(clock.lines().some((line) => line.endsWith('began backend-down web1'))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
