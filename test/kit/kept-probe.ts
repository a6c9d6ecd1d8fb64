import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Model } from '../../src/model/model.ts';
import { minuteMs } from '../../src/report/probe-minute.ts';
import { monthOf } from '../../src/report/report-range.ts';
import type { OutsideProbe } from '../../src/server/start-probe.ts';
import { openProbeHistory } from '../../src/store/probe-history.ts';
import { exampleModel } from './example-model.ts';

/** The first moment of this month, or of the one before it: of that all is over. Milliseconds since 1970. */
export function monthBegin(which: 'this' | 'last'): number {
  const now = new Date();
  return Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - (which === 'last' ? 1 : 0));
}

/** The name of the month before this one, as routes are asked for it. */
export function lastMonth(): string {
  return monthOf(monthBegin('last'));
}

/** The name of this month. */
export function thisMonth(): string {
  return monthOf(monthBegin('this'));
}

/** A probe that sees nothing new, and a history in which ten minutes of vip1 are, from this moment on; one of them half bad. */
export function keptProbe(from: number): OutsideProbe {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-kept-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'probes.db');
  const history = openProbeHistory(path);
  history.add(
    Array.from({ length: 10 }, (_, minute) => ({
      vip: 'vip1',
      family: 4,
      site: 'devops.com',
      from: from + minute * minuteMs,
      spanMs: minuteMs,
      asked: 60,
      failed: minute === 4 ? 30 : 0,
      coveredMs: minuteMs,
      longestGapMs: minute === 4 ? 31_000 : 0,
      medianMs: 12,
    })),
  );
  history.close();
  return {
    open: () => openProbeHistory(path),
    source: ({ signal }) => new Promise((settle) => signal.addEventListener('abort', () => settle(), { once: true })),
  };
}

/** The example with a target of 99.9 %. */
export function modelWithTarget(): Model {
  const model = exampleModel();
  return { ...model, sites: model.sites.map((site) => ({ ...site, slo: 99.9 })) };
}
