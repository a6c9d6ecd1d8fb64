import { expect, test } from 'vitest';
import { thrownFault } from '../../test/kit/thrown-fault.ts';
import { mayEmptyPools } from './empty-pools.ts';

const context = (): { readonly signal: AbortSignal; readonly said: string[]; printError(text: string): void } => {
  const said: string[] = [];
  return { signal: new AbortController().signal, said, printError: (text) => said.push(text) };
};

test('who said yes beforehand is told what new clients get', async () => {
  const here = context();
  expect(await mayEmptyPools(here, { backend: 'web1', pools: ['web'], consent: 'given' })).toBe(true);
  expect(here.said).toEqual([
    'warning: without web1, pool web would have no backend left that is up: new clients get errors',
  ]);
});

test.skipIf(process.stdin.isTTY)(
  'without a terminal the last backend of a pool stays, and how to say yes is said',
  async () => {
    const here = context();
    const fault = await thrownFault(mayEmptyPools(here, { backend: 'web1', pools: ['web', 'api'], consent: 'ask' }));
    expect(fault).toMatchObject({ code: 'interrupted', state: 'nothing was changed' });
    expect(fault.next).toContain('--yes');
    expect(here.said.join()).toContain('the pools web, api');
  },
);
