import { describe, expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { type PretendGround, type PretendWorld, pretendGround } from '../../test/kit/pretend-ground.ts';
import { success } from '../base/result.ts';
import { drillFault } from './drill-faults.ts';
import type { Allowance, DrillEnd, DrillOptions } from './drill-options.ts';
import { runDrill } from './run-drill.ts';
import type { DrillPromise } from './stream-promise.ts';

const model = exampleModel();
const promise: DrillPromise = {
  kind: 'given',
  outage: { kind: 'bounded', ms: 1000, terms: [{ what: 'expected', ms: 1000 }] },
};

const one = drillFault(model, { kind: 'nginx-dead', balancer: 'lb1' });
const another = drillFault(model, { kind: 'nginx-dead', balancer: 'lb2' });

async function drilled({
  faults,
  outageMs,
  ...world
}: Omit<PretendWorld, 'model'> & Pick<DrillOptions, 'faults'> & Partial<Allowance>): Promise<{
  ground: PretendGround;
  end: DrillEnd;
}> {
  const ground = pretendGround({ model, ...world });
  const end = await runDrill({
    model,
    faults,
    ground,
    load: [],
    machine: { cpus: 1, cpu: '', memoryMib: 1, kernel: '', node: '', evenkeel: '', daemons: [] },
    promiseOf: () => promise,
    mayCause: () => Promise.resolve(success({ outageMs })),
    now: () => new Date(),
    emit: () => undefined,
    signal: new AbortController().signal,
  });
  return { ground, end };
}

const verdicts = (end: DrillEnd) => end.report.faults.map((fault) => fault.verdict);

describe.concurrent('a drill', () => {
  test('of a fault that nobody notices is kept', async () => {
    const { ground, end } = await drilled({ faults: [one], felt: 'never' });
    expect([verdicts(end), end.failure]).toEqual([['kept'], undefined]);
    expect(ground.seen).toEqual(['caused', 'healed']);
  });

  test('of a fault that costs more than was promised is broken', async () => {
    const { end } = await drilled({ faults: [one], felt: 'until-healed' });
    expect(end.report).toMatchObject({ verdict: 'broken' });
    expect(end.report.faults[0]?.reasons.join()).toContain('1000 ms promised');
  });

  test('heals at once what has cost more than is allowed', async () => {
    const cost = async (outageMs: number | undefined) => {
      const { end } = await drilled({ faults: [one], felt: 'until-healed', outageMs });
      return end.report.faults[0]?.longestGapMs ?? 0;
    };
    const [allowed, free] = await Promise.all([cost(600), cost(undefined)]);
    expect(allowed).toBeGreaterThanOrEqual(600);
    expect(allowed).toBeLessThan(free);
  });

  test('whose probe ends is not judged, and goes no further', async () => {
    const { ground, end } = await drilled({ faults: [one, another], felt: 'never', trouble: 'probe-ends' });
    expect([verdicts(end), end.failure?.message]).toEqual([['not-judged', 'not-run'], 'the load probe ended']);
    expect(ground.seen).toEqual(['caused', 'healed']);
  });

  test('that can not be watched heals what it caused and does not judge it: it was caused', async () => {
    const { ground, end } = await drilled({ faults: [one, another], felt: 'never', trouble: 'nobody-can-look' });
    expect(verdicts(end)).toEqual(['not-judged', 'not-run']);
    expect(end.failure?.message).toBe('the lab can not be looked at');
    expect(ground.seen).toEqual(['caused', 'healed']);
  });

  test('whose fault can not be healed says that it stands', async () => {
    const { ground, end } = await drilled({ faults: [one, another], felt: 'never', trouble: 'healing-fails' });
    expect(verdicts(end)).toEqual(['broken', 'not-run']);
    expect(end.failure?.details).toMatchObject({ code: 'undo-failed', next: 'evenkeel drill heal' });
    expect(ground.seen).toEqual(['caused']);
  });
});
