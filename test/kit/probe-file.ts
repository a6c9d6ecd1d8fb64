import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import { type Availability, availabilityOf } from '../../src/report/availability.ts';
import { minuteMs } from '../../src/report/probe-minute.ts';
import type { TimeRange } from '../../src/report/report-range.ts';
import { openProbeHistory, type ProbeHistory } from '../../src/store/probe-history.ts';
import { probeSchema } from '../../src/store/probe-schema.ts';
import { sampleNoon } from './report-sample.ts';

/** All that a history of the probe has. */
export const always: TimeRange = { from: 0, to: Number.MAX_SAFE_INTEGER };

/** Where a test may have a history of the probe; there is none yet. Gone when the test is over. */
export function probesPath(): string {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-probes-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return join(directory, 'state', 'probes.db');
}

/** The history of the probe at this path, closed when the test is over. */
export function openedProbes(path: string = probesPath()): ProbeHistory {
  const history = openProbeHistory(path);
  onTestFinished(() => history.close());
  return history;
}

/** A file as an older evenkeel left it: with the schema of this version, after these statements. */
export function leaveProbes(path: string, version: number, statements: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const old = new DatabaseSync(path);
  // At once: the disk would else be waited for after each of them.
  old.exec(`BEGIN;\n${[...probeSchema.migrations.slice(0, version), ...statements].join(';\n')};\nCOMMIT`);
  old.exec(`PRAGMA application_id = ${probeSchema.applicationId}; PRAGMA user_version = ${version}`);
  old.close();
}

/** Minutes after noon, as a range. */
export function minutes(from: number, to: number): TimeRange {
  return { from: sampleNoon + from * minuteMs, to: sampleNoon + to * minuteMs };
}

/** The figures of a range, for each pair the history knows, by the names of VIPs. */
export function figures(history: ProbeHistory, range: TimeRange): readonly Availability[] {
  const rows = availabilityOf({ targets: [], spans: history.spans(range), range, now: range.to });
  return rows.toSorted((a, b) => (a.vip < b.vip ? -1 : 1));
}
