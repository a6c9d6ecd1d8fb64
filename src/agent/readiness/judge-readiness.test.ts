import { describe, expect, test } from 'vitest';
import { type Look, type ReadinessState, firstReadiness, judgeReadiness } from './judge-readiness.ts';

const limits = { fall: 2, rise: 2 };
const well: Look = { answer: 'alive', turns: undefined, waiting: false, runs: '0', hangs: '0' };
const hung: Look = { ...well, answer: 'silent', turns: 'a', waiting: true };

/** Judges one look after the other; a verdict that is given is what the next look finds. */
function words(looks: readonly Look[], first: Partial<ReadinessState> = {}): string {
  let state: ReadinessState = { ...firstReadiness, ...first };
  let hangs = state.told;
  return looks
    .map((look) => {
      const judgement = judgeReadiness(state, { ...look, hangs: look.hangs === '?' ? hangs : look.hangs }, limits);
      state = judgement.state;
      hangs = state.told;
      return judgement.say ?? '.';
    })
    .join('');
}

/** Finds in the verdict file what was said last. */
const found = (looks: readonly Look[]): readonly Look[] => looks.map((look) => ({ ...look, hangs: '?' }));

describe('a verdict on NGINX', () => {
  test('says that it hangs after so many questions in a row, and no sooner', () => {
    expect(words(found([well, hung, hung, hung]))).toBe('..1.');
    expect(words(found([hung, well, hung, well, hung]))).toBe('.....');
  });

  test('says that it is well after so many answers in a row', () => {
    expect(words(found([hung, hung, well, well, well]))).toBe('.1.0.');
    expect(words(found([hung, hung, well, hung, well, well]))).toBe('.1...0');
  });

  test.each([
    ['does something all the time', found(['a', 'b', 'c', 'd'].map((turns) => ({ ...hung, turns })))],
    ['wants to run, or is not known', found([1, 2, 3, 4].map(() => ({ ...hung, turns: undefined })))],
    ['has nobody waiting: a filter drops the question', found([1, 2, 3, 4].map(() => ({ ...hung, waiting: false })))],
    ['does not run', found([1, 2, 3, 4].map(() => ({ ...hung, runs: '1' })))],
    ['refuses connections', found([1, 2, 3, 4].map(() => ({ ...well, answer: 'unknown' as const })))],
  ])('says nothing of an NGINX that %s', (_, looks) => {
    expect(words(looks)).toBe('....');
  });

  test('counts from the question after which NGINX stood still', () => {
    expect(words(found([hung, { ...hung, turns: 'b' }, { ...hung, turns: 'b' }]))).toBe('..1');
  });

  test('is taken back when NGINX does not run: its own file tells that', () => {
    expect(words(found([hung, hung, { ...hung, runs: '1' }]))).toBe('.10');
  });

  test('begins to count again when the hooks of NGINX put it back', () => {
    expect(words([hung, hung, { ...hung, hangs: '0' }, { ...hung, hangs: '0' }, { ...hung, hangs: '0' }])).toBe(
      '.1..1',
    );
  });

  test('goes on from the last word of an agent that was killed', () => {
    expect(words(found([hung, hung]), { told: '1' })).toBe('..');
    expect(words(found([well, well]), { told: '1' })).toBe('.0');
  });

  test('is said again while the file does not take it', () => {
    const looks = [hung, hung, hung].map((look) => ({ ...look, hangs: '0' }));
    let state: ReadinessState = firstReadiness;
    const said = looks.map((look) => {
      const judgement = judgeReadiness(state, look, limits);
      state = { ...judgement.state, told: '0' };
      return judgement.say;
    });
    expect(said).toEqual([undefined, '1', '1']);
  });
});
