import { expect, test } from 'vitest';
import { smallModel } from '../../test/kit/small-edge.ts';
import { ownTables } from './own-tables.ts';
import type { Model } from './model.ts';

function tablesOf(model: Model): readonly string[] {
  const [balancer] = model.balancers;
  if (balancer === undefined) throw new Error('the small model has balancers');
  return ownTables(model, balancer).map(({ table }) => table);
}

test('a balancer hands connections over where there is another one, a VIP, and not the profile of the tutorial', () => {
  expect(tablesOf({ ...smallModel, profile: 'evenkeel' })).toEqual(['inet evenkeel', 'ip evenkeel-handover']);
  const alone: readonly Partial<Model>[] = [
    { balancers: smallModel.balancers.slice(0, 1) },
    { vips: [] },
    { profile: 'reference' },
  ];
  expect(alone.map((one) => tablesOf({ ...smallModel, profile: 'evenkeel', ...one }))).toEqual(
    alone.map(() => ['inet evenkeel']),
  );
});
