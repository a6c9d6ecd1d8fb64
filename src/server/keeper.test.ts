import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
