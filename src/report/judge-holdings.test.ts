import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import { goneGraceMs, type HoldingSight, judgeHoldings, moveGraceMs, nextSight } from './judge-holdings.ts';

const model = exampleModel();
const [vip1, vip2] = model.vips.map(({ ipv4 }) => ipv4.text);
const at = moveGraceMs * 10;

function sight(
  addresses: Readonly<Record<string, number>>,
  { answers = true, lost = {} }: { readonly answers?: boolean; readonly lost?: Readonly<Record<string, number>> } = {},
): HoldingSight {
  return { answers, since: new Map(Object.entries(addresses)), lost: new Map(Object.entries(lost)) };
}

function holders(lb1: HoldingSight, lb2: HoldingSight, now = at) {
  const { holdings, recheckInMs } = judgeHoldings(
    model,
    new Map([
      ['lb1', lb1],
      ['lb2', lb2],
    ]),
    now,
  );
  return [holdings.map((row) => row.holders.join('+')).join(' '), recheckInMs];
}

test('each VIP is held by the balancer that has its address', () => {
  expect(holders(sight({ [vip1 ?? '']: 0 }), sight({ [vip2 ?? '']: 0 }))).toEqual(['lb1 lb2', undefined]);
});

test('two that have it are a move at first, shown at the new holder, and a finding after the grace', () => {
  const both = [sight({ [vip1 ?? '']: 0 }), sight({ [vip1 ?? '']: at - 200, [vip2 ?? '']: 0 })] as const;
  expect(holders(...both)).toEqual(['lb2 lb2', moveGraceMs - 200]);
  expect(holders(...both, at + moveGraceMs)).toEqual(['lb1+lb2 lb2', undefined]);
});

test('a balancer that is silent holds what it had, until another one has it', () => {
  const dead = sight({ [vip1 ?? '']: 0 }, { answers: false });
  expect(holders(dead, sight({ [vip2 ?? '']: 0 }))).toEqual(['lb1 lb2', undefined]);
  expect(holders(dead, sight({ [vip1 ?? '']: at, [vip2 ?? '']: 0 }))).toEqual(['lb2 lb2', undefined]);
});

test('an address that nobody has is held by nobody, once it had time to come to another one', () => {
  const [without, other] = [sight({}, { lost: { [vip1 ?? '']: at - 100 } }), sight({ [vip2 ?? '']: 0 })];
  expect(holders(without, other)).toEqual(['lb1 lb2', goneGraceMs - 100]);
  expect(holders(without, other, at + goneGraceMs)).toEqual([' lb2', undefined]);
  expect(holders(without, sight({ [vip1 ?? '']: at, [vip2 ?? '']: 0 }))).toEqual(['lb2 lb2', undefined]);
});

test('what a balancer has keeps its time, also while it is silent', () => {
  const first = nextSight(undefined, new Set(['a', 'b']), 5);
  const lost = nextSight(nextSight(first, new Set(['b', 'c']), 9), undefined, 12);
  expect(lost).toEqual({
    answers: false,
    since: new Map([
      ['b', 5],
      ['c', 9],
    ]),
    lost: new Map([['a', 9]]),
  });
});
