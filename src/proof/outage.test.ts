import { expect, test } from 'vitest';
import { noOutage, oneAfterOther, promisedMs, worst } from './outage.ts';

const some = { kind: 'bounded', ms: 40, terms: [{ what: 'a', ms: 40 }] } as const;
const lasting = { kind: 'until-repaired', why: 'nobody is left' } as const;

test('outages one after the other add up, unless one of them lasts', () => {
  expect(oneAfterOther([])).toEqual(noOutage);
  expect(oneAfterOther([some, noOutage, some])).toMatchObject({ kind: 'bounded', ms: 80 });
  expect(oneAfterOther([some, lasting])).toBe(lasting);
});

test('the worst of several lasts longest', () => {
  expect(worst([])).toBe(noOutage);
  expect(worst([noOutage, some])).toBe(some);
  expect(worst([some, lasting, some])).toBe(lasting);
  expect([noOutage, some, lasting].map(promisedMs)).toEqual([0, 40, null]);
});
