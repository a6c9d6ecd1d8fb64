import { expect, test } from 'vitest';
import { parseTables } from './nft-tables.ts';

test('tables are told by family and name, and anything else is none', () => {
  expect(parseTables('table inet evenkeel\ntable ip evenkeel-handover\n')).toEqual([
    'inet evenkeel',
    'ip evenkeel-handover',
  ]);
  expect(parseTables('')).toEqual([]);
  expect(parseTables('Error: no such thing\ntable\n')).toEqual([]);
});
