import { describe, expect, test } from 'vitest';
import { modelOfSites } from '../../test/kit/example-model.ts';
import { statusWorld, type WorldFaults } from '../../test/kit/status-world.ts';
import { ignoreEvents } from '../base/event.ts';
import { type AskedWindow, firstWindow } from '../model/asked-window.ts';
import { managedHosts, type Model } from '../model/model.ts';
import { observeStatus } from '../observe/status-observe.ts';
import type { StatusProblem } from './edge-status.ts';
import { factsInTurns, nextWindow, nothingSeen, seenAfter, type SeenInTurns, turnsOf } from './seen-in-turns.ts';

const everyMs = 5_000;

/** What is known after each of so many looks, with what each of them asked. */
async function looks(
  model: Model,
  count: number,
  wrong: {
    /** What is wrong in the world at the nth look, beginning with 0. */
    readonly faults?: (nth: number) => WorldFaults;
    readonly problems?: readonly StatusProblem[];
  } = {},
): Promise<readonly { readonly window: AskedWindow; readonly seen: SeenInTurns }[]> {
  const all: { window: AskedWindow; seen: SeenInTurns }[] = [];
  let seen = nothingSeen;
  for (let nth = 0; nth < count; nth += 1) {
    const window = nextWindow(model, seen, wrong.problems ?? []);
    const world = statusWorld(model, wrong.faults?.(nth));
    const now = (): Date => new Date('2026-11-22T09:00:00Z');
    const facts = await observeStatus({ model, ...world, window, now, emit: ignoreEvents });
    seen = seenAfter(seen, { window, askedMs: nth * everyMs, facts });
    all.push({ window, seen });
  }
  return all;
}

function sitesOf({ window }: { readonly window: AskedWindow }): readonly string[] {
  return window.sites.map(({ name }) => name.slice(0, name.indexOf('.')));
}

function numbered(from: number, to: number): readonly string[] {
  return Array.from({ length: to - from + 1 }, (_, index) => `s${from + index}`);
}

function problem(code: StatusProblem['code'], subject: string): StatusProblem {
  return { code, subject, severity: 'error', message: 'it is wrong', next: 'look at it' };
}

describe('what a look asks', () => {
  test('everything, each time, where that is not too much', async () => {
    const model = modelOfSites(20);
    const all = await looks(model, 2);
    expect(all.map(({ window }) => window)).toEqual([firstWindow(model), firstWindow(model)]);
    const [, second] = all;
    expect(second && turnsOf(model, second.seen, { ...second, askedMs: everyMs, notAsked })).toBeUndefined();
  });

  test('the first of the file, then the next ones, and after the last the first again', async () => {
    const all = await looks(modelOfSites(50), 4);
    expect(all.map(sitesOf)).toEqual([
      numbered(1, 20),
      numbered(21, 40),
      [...numbered(1, 10), ...numbered(41, 50)],
      numbered(11, 30),
    ]);
  });

  test('the first name with each look, and the other names in turns', async () => {
    const model = modelOfSites(150);
    const all = await looks(model, 3);
    expect(all.map(({ window }) => [window.questions.length, window.questions[0]?.name])).toEqual([
      [60, 's1.devops.com'],
      [60, 's1.devops.com'],
      [60, 's1.devops.com'],
    ]);
    const asked = new Set(all.flatMap(({ window }) => window.questions.map(({ name }) => name)));
    expect(asked.size).toBe(150);
  });

  test('what has a problem with each look, and the rest goes on', async () => {
    const problems = [problem('site-failing', 's3.devops.com'), problem('certificate-ending', 's50.devops.com')];
    const all = await looks(modelOfSites(50), 4, { problems });
    expect(all.map(sitesOf).every((names) => names.includes('s3') && names.includes('s50'))).toBe(true);
    expect(new Set(all.flatMap(sitesOf)).size).toBe(50);
    const name = problem('name-wrong', 'dns2 s120.devops.com A');
    const named = await looks(modelOfSites(150), 4, { problems: [name] });
    expect(named.every(({ window }) => window.questions.some((one) => one.name === 's120.devops.com'))).toBe(true);
  });

  test('others too, when more has a problem than fits', async () => {
    const problems = numbered(1, 40).map((name) => problem('site-failing', `${name}.devops.com`));
    const all = await looks(modelOfSites(60), 5, { problems });
    expect(new Set(all.flatMap(sitesOf)).size).toBe(60);
    expect(all.every(({ window }) => window.sites.length === 20)).toBe(true);
  });
});

const notAsked = { sites: 0, names: 0 };

describe('what is known', () => {
  test('of each site what it answered when it was asked last', async () => {
    const model = modelOfSites(50);
    // Wrong while the second look asks for 21 to 40, and not any more when the others have their turn.
    const faults = (nth: number): WorldFaults => (nth === 1 ? { failing: ['s30.devops.com', 's45.devops.com'] } : {});
    const all = await looks(model, 3, { faults });
    const bad = all.map(({ seen }) =>
      [...seen.sites].flatMap(([name, { answers }]) => (answers.some(({ status }) => status === 502) ? [name] : [])),
    );
    expect(bad).toEqual([[], ['s30.devops.com'], ['s30.devops.com']]);
    expect(all.map(({ seen }) => seen.sites.size)).toEqual([20, 40, 50]);
  });

  test('facts are of all that was ever asked, in the order of the file', async () => {
    const model = modelOfSites(150);
    const [first, second] = await looks(model, 2);
    if (first === undefined || second === undefined) throw new Error('there were two looks');
    const facts = await observeStatus({
      model,
      ...statusWorld(model),
      window: second.window,
      now: () => new Date(),
      emit: ignoreEvents,
    });
    const together = factsInTurns(model, second.seen, facts);
    expect([...new Set(together.sites.map(({ site }) => site))]).toEqual(numbered(1, 40).map((s) => `${s}.devops.com`));
    expect(together.nameservers.map(({ host, names, namesNotAsked }) => [host, names.length, namesNotAsked])).toEqual([
      ['dns1', 119, 31],
      ['dns2', 119, 31],
    ]);
    const silent = facts.nameservers.map((one) => (one.host === 'dns2' ? { ...one, answering: false } : one));
    expect(factsInTurns(model, second.seen, { ...facts, nameservers: silent }).nameservers[1]?.names).toEqual([]);
  });

  test('what nobody could be asked for is not known any more, and is first in turn', async () => {
    const model = modelOfSites(50);
    const nobody = { silent: ['client', ...managedHosts(model).map(({ name }) => name)] };
    const [, second, third] = await looks(model, 3, { faults: (nth) => (nth === 1 ? nobody : {}) });
    if (second === undefined || third === undefined) throw new Error('there were three looks');
    expect(second.seen.sites.size).toBe(20);
    expect(sitesOf(third)).toEqual(numbered(21, 40));
  });

  test('a nameserver that was silent has no old answers when it comes back', async () => {
    const faults = (nth: number): WorldFaults => (nth === 1 ? { stopped: ['dns2 pdns.service'] } : {});
    const [, second] = await looks(modelOfSites(60), 2, { faults });
    const answers = second?.seen.questions.get('s1.devops.com A')?.answers;
    expect([...(answers?.keys() ?? [])]).toEqual(['dns1']);
  });

  test('a certificate that many show is held once', async () => {
    const [, second] = await looks(modelOfSites(40), 2);
    const held = [...(second?.seen.sites.values() ?? [])].flatMap(({ answers }) =>
      answers.flatMap(({ certificate }) => certificate ?? []),
    );
    expect(held.length).toBeGreaterThan(100);
    expect(new Set(held).size).toBe(1);
  });

  test('of names nothing is known while every nameserver is silent', async () => {
    const model = modelOfSites(100);
    const [look] = await looks(model, 1, { faults: () => ({ stopped: ['dns1 pdns.service', 'dns2 pdns.service'] }) });
    if (look === undefined) throw new Error('there was a look');
    const turns = turnsOf(model, look.seen, { ...look, askedMs: 0, notAsked: { sites: 40, names: 0 } });
    expect(turns?.names).toMatchObject({ notYet: turns?.names?.all });
  });

  test('how much is not known yet, and how old the oldest is', async () => {
    const model = modelOfSites(50);
    const all = await looks(model, 4);
    const turns = all.map(({ window, seen }, nth) => {
      const sites = model.sites.length - seen.sites.size;
      const turn = turnsOf(model, seen, { window, askedMs: nth * everyMs, notAsked: { sites, names: 0 } });
      return [turn?.sites?.all, turn?.sites?.asked.length, turn?.sites?.notYet, turn?.sites?.oldestMs, turn?.names];
    });
    expect(turns).toEqual([
      [50, 20, 30, 0, undefined],
      [50, 20, 10, 5_000, undefined],
      [50, 20, 0, 10_000, undefined],
      [50, 20, 0, 10_000, undefined],
    ]);
  });
});
