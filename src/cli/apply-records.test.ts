import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { smallModel } from '../../test/kit/small-edge.ts';
import type { Event } from '../base/event.ts';
import { Fault } from '../base/fault.ts';
import { managedHosts } from '../model/model.ts';
import { type ApplyOutcome, applyRows, keepApply } from './apply-records.ts';
import type { Edge } from './edge-file.ts';
import { historyPath } from './edge-history.ts';

const real = { kind: 'real' } as const;
const names = managedHosts(smallModel).map(({ name }) => name);
const [first = '', second = '', ...rest] = names;
const fault = new Fault({ code: 'verify-failed', message: `${second} does not answer`, next: 'look at it' });

let edge: Edge;
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'evenkeel-apply-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  edge = { file: 'edge.yaml', directory, stateDirectory: join(directory, 'state'), text: '', model: smallModel };
});

function keep(outcome: ApplyOutcome, at = '2026-11-29T12:00:00.000Z'): readonly string[] {
  const warnings: string[] = [];
  const emit = (event: Event): void => {
    if (event.code === 'warning') warnings.push(event.data.text);
  };
  keepApply({ now: () => new Date(at), emit }, edge, { place: real, generation: 'aa11', outcome });
  return warnings;
}

/** host -> how it was left. */
function results(): Readonly<Record<string, string>> {
  return Object.fromEntries((applyRows(edge, real)() ?? []).map(({ key, result }) => [key, result]));
}

test('an apply that is done is done on every host, and brought its generation', () => {
  expect(keep({ kind: 'done', changed: [first] })).toEqual([]);
  expect(applyRows(edge, real)()).toEqual(
    names.toSorted().map((key) => ({
      key,
      at: '2026-11-29T12:00:00.000Z',
      result: 'done',
      note: '',
      done: { at: '2026-11-29T12:00:00.000Z', generation: 'aa11' },
    })),
  );
});

test.each([
  ['undone', 'not-done'],
  ['undo-failed', 'undo-failed'],
] as const)('one that was %s is done on the hosts before, and on no host after', (kind, result) => {
  keep({ kind, changed: [first], host: second, fault });
  expect(results()).toEqual({
    [first]: 'done',
    [second]: result,
    ...Object.fromEntries(rest.map((name) => [name, 'not-done'])),
  });
  expect(applyRows(edge, real)()?.find(({ key }) => key === second)?.note).toBe(fault.message);
});

test('one that was refused says so of all hosts, which keep what was done before', () => {
  keep({ kind: 'done', changed: [] });
  keep({ kind: 'refused', fault }, '2026-11-29T13:00:00.000Z');
  for (const row of applyRows(edge, real)() ?? []) {
    expect(row).toMatchObject({ result: 'not-done', at: '2026-11-29T13:00:00.000Z', done: { generation: 'aa11' } });
  }
});

test('a host that left the edge file is not shown any more', () => {
  keep({ kind: 'done', changed: [] });
  const smaller = { ...smallModel, webServers: [] };
  expect(applyRows({ ...edge, model: smaller }, real)()?.map(({ key }) => key)).toEqual(
    managedHosts(smaller)
      .map(({ name }) => name)
      .toSorted(),
  );
});

test('a history that is damaged is told as a warning, and of it the dashboard knows nothing', () => {
  mkdirSync(dirname(historyPath(edge)));
  writeFileSync(historyPath(edge), 'no database at all, but longer than its header would be\n'.repeat(9));
  expect(keep({ kind: 'done', changed: [] })).toEqual([expect.stringContaining('this apply was not kept')]);
  expect(applyRows(edge, real)()).toBeUndefined();
});
