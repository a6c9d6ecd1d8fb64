import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { afterNoon, sampleNoon, sampleProblem, sampleView } from '../../test/kit/report-sample.ts';
import type { TimelineEvent } from '../report/timeline-event.ts';
import { openEdgeHistory } from './edge-history.ts';
import { readReportMaterial } from './report-material.ts';

test('of a range come what the edge looked like at its begin, and which problems began or ended since that view', () => {
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
  const range = { from: sampleNoon, to: sampleNoon + 60_000 };
  const material = readReportMaterial({ ...history, spans: () => [] }, range);
  expect(material.views.map(({ at }) => at)).toEqual([afterNoon(-40)]);
  expect(material.eventsBefore.map(({ at }) => at)).toEqual([afterNoon(-20)]);
  expect(material.events.map(({ at }) => at)).toEqual([afterNoon(0), afterNoon(5)]);
});
