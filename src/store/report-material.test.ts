import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { afterNoon, sampleEvents, sampleNoon, sampleProblem, sampleView } from '../../test/kit/report-sample.ts';
import type { NumberedEvent, TimelineEvent } from '../report/timeline-event.ts';
import { openEdgeHistory } from './edge-history.ts';
import { readReportMaterial, type ReportSource } from './report-material.ts';

const range = { from: sampleNoon, to: sampleNoon + 900_000 };
const restart: NumberedEvent = {
  id: 9,
  at: afterNoon(600),
  kind: 'controller',
  severity: 'info',
  subject: 'dashboard',
  text: 'the dashboard began to watch',
};

/** A history in which everything happened, with a view of each moment, which is large. */
function source(parts: Partial<ReportSource> = {}): ReportSource {
  return {
    events: () => [...sampleEvents, restart],
    viewAt: (at) => ({
      at,
      view: {
        ...sampleView(['lb1'], [sampleProblem({ key: at })]),
        pending: [{ key: 'pending', state: 'changes', hosts: [], text: 'a long plan' }],
      },
    }),
    watchedUntil: () => undefined,
    operations: () => [],
    spans: () => [],
    ...parts,
  };
}

test('of views only who held what is taken, and problems where a report needs them', async () => {
  const { views } = await readReportMaterial(source(), range, range.to);
  expect(views.map(({ at, problems }) => [at, problems?.length])).toEqual([
    [afterNoon(0), 1],
    [afterNoon(300), undefined],
    [afterNoon(302), undefined],
    [afterNoon(481), undefined],
    [afterNoon(600), 1],
  ]);
  for (const { problems: _, ...view } of views) {
    const holdings = [
      { key: 'vip1', holders: ['lb1'], preferred: 'lb1' },
      { key: 'vip2', holders: ['lb2'], preferred: 'lb2' },
    ];
    expect(view).toEqual({ at: view.at, holdings });
  }
});

test('a change without a view of its own leaves what was seen at the begin before it', async () => {
  const begun = afterNoon(120);
  const restarted = source({
    events: () => [{ ...restart, at: begun }, ...sampleEvents],
    viewAt: (at) => source().viewAt(at < begun ? at : begun),
  });
  const { views } = await readReportMaterial(restarted, range, range.to);
  expect(views.map(({ at, problems }) => [at, problems?.length])).toEqual([
    [afterNoon(0), 1],
    ...Array.from({ length: 4 }, () => [begun, 1]),
  ]);
});

test('many events of one moment count as one of those whose views are read', async () => {
  const begins = Array.from({ length: 40 }, (_, day) =>
    Array.from({ length: 21 }, (__, vip): NumberedEvent => ({
      ...restart,
      id: day * 21 + vip,
      at: afterNoon(day),
      ...(vip === 0 ? {} : { kind: 'holder' }),
    })),
  ).flat();
  const { views } = await readReportMaterial(source({ events: () => begins }), range, range.to);
  expect(views.map(({ at }) => at)).toEqual(Array.from({ length: 40 }, (_, day) => afterNoon(day)));
});

test('others have their turn between two views', async () => {
  const course: string[] = [];
  const turn = (): void => {
    course.push('turn');
    again = setImmediate(turn);
  };
  let again = setImmediate(turn);
  const { viewAt } = source();
  await readReportMaterial(
    source({
      viewAt: (time) => {
        course.push('view');
        return viewAt(time);
      },
    }),
    range,
    range.to,
  );
  clearImmediate(again);
  expect(course.join(' ')).not.toContain('view view');
  expect(course.filter((step) => step === 'view')).toHaveLength(5);
});

test('what can not be read is said', async () => {
  const damaged = source({
    viewAt: () => {
      throw new Error('damaged');
    },
  });
  await expect(readReportMaterial(damaged, range, range.to)).rejects.toThrow('damaged');
});

test('of a range come what the edge looked like at its begin, and which problems began or ended since that view', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'evenkeel-material-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const history = openEdgeHistory(join(folder, 'timeline.db'));
  onTestFinished(() => history.close());
  const event = (second: number, kind: TimelineEvent['kind'] = 'problem'): TimelineEvent => {
    const at = afterNoon(second);
    return { at, kind, severity: 'good', code: 'backend-down', subject: 'web2', text: 'over: web2 is down' };
  };
  history.keepView(afterNoon(-40), sampleView(['lb1'], [sampleProblem()]));
  history.addEvents([event(-40), event(-20), event(-10, 'operation'), event(0), event(5)]);
  const minute = { from: sampleNoon, to: sampleNoon + 60_000 };
  const material = await readReportMaterial({ ...history, spans: () => [] }, minute, minute.to);
  expect(material.views.map(({ at }) => at)).toEqual([afterNoon(-40)]);
  expect(material.eventsBefore.map(({ at }) => at)).toEqual([afterNoon(-20)]);
  expect(material.events.map(({ at }) => at)).toEqual([afterNoon(0), afterNoon(5)]);
});
