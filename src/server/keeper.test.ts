import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Fault } from '../base/fault.ts';
import { emptyView } from '../report/edge-view.ts';
import type { TimelineEvent } from '../report/timeline-event.ts';
import { openEdgeHistory } from '../store/edge-history.ts';
import { type Keeper, makeKeeper } from './keeper.ts';

const at = '2026-11-29T12:00:00.000Z';
const event = (text: string): TimelineEvent => ({ at, kind: 'holder', severity: 'info', subject: 'vip1', text });
const entry = { at, operator: 'ann', title: 'Move vip1 to lb2', reason: 'a test' };
const done = { state: 'done', note: 'moved', at } as const;

/** A folder of the test's own. */
function newFolder(): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-keeper-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A keeper whose file can't be opened while `broken` says so. */
function keeperAt(path: string, broken: () => boolean = () => false) {
  const troubles: (string | undefined)[] = [];
  const keeper = makeKeeper({
    open: () => {
      if (broken()) throw new Fault({ code: 'file-unreadable', message: 'the timeline is damaged' });
      return openEdgeHistory(path);
    },
    onTrouble: (trouble) => troubles.push(trouble),
    now: () => at,
  });
  return { keeper, troubles };
}

/** A keeper whose clock is set by the test, with no view in its file that the test did not put there. */
function keeperWithClock() {
  const path = join(newFolder(), 'timeline.db');
  let time = '';
  const keeper = makeKeeper({ open: () => openEdgeHistory(path), onTrouble: () => undefined, now: () => time });
  return {
    keeper,
    path,
    /** Keeps an event of this time, and what the edge looked like: as of this time too. */
    keepAt(ms: number, kind: TimelineEvent['kind']) {
      time = new Date(ms).toISOString();
      keeper.keep([{ ...event('it flaps'), at: time, kind }], { ...emptyView, look: [look(time)] });
      return time;
    },
  };
}

const look = (time: string) => ({ key: 'look', state: 'fresh' as const, at: time });

const texts = (keeper: Pick<Keeper, 'events'>): readonly (readonly [number, string])[] =>
  keeper.events({ limit: 100_000 }).map(({ id, text }) => [id, text]);

describe('what happens while the history can not be written', () => {
  test.skipIf(process.getuid?.() !== 0)(
    'of a full disk waits, is shown, and is written with its numbers when there is room (as root: it mounts a small disk)',
    () => {
      const disk = newFolder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', disk]);
      onTestFinished(() => void execFileSync('umount', ['--lazy', disk]));
      const { keeper, troubles } = keeperAt(join(disk, 'timeline.db'));
      keeper.keep([event('first')], emptyView);
      const before = keeper.beginOperation(entry);
      const filler = join(disk, 'filler');
      expect(() => writeFileSync(filler, Buffer.alloc(1024 * 1024))).toThrow(/ENOSPC/);

      const waiting = keeper.keep([event('second'), event('third')], emptyView);
      keeper.endOperation(before, done);
      const during = keeper.beginOperation({ ...entry, title: 'Drain lb1' });
      keeper.endOperation(during, { ...done, state: 'failed' });
      const shown = texts(keeper);
      expect(shown.map(([, text]) => text)).toEqual(['first', 'second', 'third']);
      expect(keeper.operations(10).map(({ title, state }) => [title, state])).toEqual([
        ['Move vip1 to lb2', 'done'],
        ['Drain lb1', 'failed'],
      ]);
      // That it can be read is no room.
      expect(troubles).toEqual([expect.stringMatching(/full|room/)]);

      rmSync(filler);
      const [fourth] = keeper.keep([event('fourth')], emptyView);
      expect(troubles.at(-1)).toBeUndefined();
      const history = openEdgeHistory(join(disk, 'timeline.db'));
      onTestFinished(() => history.close());
      expect(texts(history)).toEqual([...shown, [fourth?.id, 'fourth']]);
      expect(waiting.map(({ id }) => id)).toEqual(shown.slice(1).map(([id]) => id));
      expect(history.operations(10)).toEqual(keeper.operations(10));
      expect(history.operations(10).map(({ state }) => state)).toEqual(['done', 'failed']);
    },
  );

  test('of a damaged file waits as well, and is in the one that takes its place', () => {
    let broken = true;
    const path = join(newFolder(), 'timeline.db');
    const { keeper, troubles } = keeperAt(path, () => broken);
    const [first] = keeper.keep([event('first')], emptyView);
    keeper.endOperation(keeper.beginOperation(entry), done);
    expect(troubles).toEqual(['the timeline is damaged']);
    broken = false;
    keeper.keep([event('second')], emptyView);
    const history = openEdgeHistory(path);
    onTestFinished(() => history.close());
    expect(texts(history)).toEqual([
      [first?.id, 'first'],
      [(first?.id ?? 0) + 1, 'second'],
    ]);
    expect(history.operations(10)).toMatchObject([{ title: 'Move vip1 to lb2', state: 'done' }]);
  });

  test('is there once, when there was room for the events and not for the view', () => {
    let full = true;
    const path = join(newFolder(), 'timeline.db');
    const keeper = makeKeeper({
      open: () => {
        const history = openEdgeHistory(path);
        return {
          ...history,
          keepView: (...view) => {
            if (full) throw new Fault({ code: 'disk-full', message: 'there is no room' });
            history.keepView(...view);
          },
        };
      },
      onTrouble: () => undefined,
      now: () => at,
    });
    keeper.keep([event('first')], emptyView);
    full = false;
    keeper.keep([event('second')], emptyView);
    expect(texts(keeper).map(([, text]) => text)).toEqual(['first', 'second']);
  });

  test('is more than there is memory for: the oldest are lost, and that is said', () => {
    let broken = true;
    const path = join(newFolder(), 'timeline.db');
    const { keeper } = keeperAt(path, () => broken);
    for (let batch = 0; batch < 60; batch += 1) {
      keeper.keep(
        Array.from({ length: 100 }, (_, index) => event(`event ${batch * 100 + index}`)),
        emptyView,
      );
    }
    expect(texts(keeper)).toHaveLength(5_000);
    broken = false;
    keeper.keep([event('last')], emptyView);
    const kept = texts(keeper).map(([, text]) => text);
    expect(kept).toHaveLength(5_002);
    expect([kept[0], kept.at(-2), kept.at(-1)]).toEqual([
      'event 1000',
      `1000 events before ${at} are lost, because the history could not be written`,
      'last',
    ]);
  });
});

describe('the views of a dashboard that runs for months', () => {
  const began = Date.parse(at);
  const dayMs = 86_400_000;

  test('go after 90 days, and not only when it is begun again', () => {
    const { keeper, keepAt } = keeperWithClock();
    const first = keepAt(began, 'problem');
    const second = keepAt(began + 2 * dayMs, 'problem');
    keepAt(began + 89 * dayMs, 'problem');
    expect(keeper.viewAt(first)?.at).toBe(first);
    keepAt(began + 91 * dayMs, 'problem');
    expect(keeper.viewAt(first)).toBeUndefined();
    expect(keeper.viewAt(second)?.at).toBe(second);
    expect(keeper.events({ limit: 10 })).toHaveLength(4);
  });

  test('are few while something flaps, with those of each change of holders and the newest among them', () => {
    const { keeper, path, keepAt } = keeperWithClock();
    const times = Array.from({ length: 120 }, (_, index) =>
      keepAt(began + index * 10_000, index % 40 === 39 ? 'holder' : 'problem'),
    );
    const file = new DatabaseSync(path, { readOnly: true });
    onTestFinished(() => file.close());
    // Without the three changes 60 of them fill the hour, and of the ten minutes that follow one each.
    expect(Number(file.prepare('SELECT count(*) AS views FROM view').get()?.['views'])).toBeLessThan(80);
    for (const [index, time] of times.entries()) {
      const seen = keeper.viewAt(time)?.at ?? '';
      if (index % 40 === 39) expect(seen).toBe(time);
      expect(Date.parse(time) - Date.parse(seen)).toBeLessThan(60_000);
    }
    expect(keeper.viewAt('2027')).toEqual({
      at: times.at(-1),
      view: { ...emptyView, look: [look(times.at(-1) ?? '')] },
    });
    expect(keeper.events({ limit: 200 })).toHaveLength(120);
  });
});

describe('until when somebody watched', () => {
  test('is known before anything is added, and goes on while the file can not be used', () => {
    const path = join(newFolder(), 'timeline.db');
    const first = keeperAt(path).keeper;
    expect(first.watchedUntil()).toBeUndefined();
    first.keepWatched(at);
    first.keep([{ ...event('later'), at: '2026-11-29T12:30:00.000Z' }], emptyView);
    expect([first.watchedUntil(), keeperAt(path).keeper.watchedUntil()]).toEqual([at, at]);
    const blind = keeperAt(path, () => true).keeper;
    blind.keepWatched('2026-11-29T13:00:00.000Z');
    expect(blind.watchedUntil()).toBe('2026-11-29T13:00:00.000Z');
  });

  test('of a file that does not say it is its last event', () => {
    const path = join(newFolder(), 'timeline.db');
    keeperAt(path).keeper.keep([event('last')], emptyView);
    expect(keeperAt(path).keeper.watchedUntil()).toBe(at);
  });
});
