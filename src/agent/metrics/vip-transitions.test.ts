import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AgentVip } from '../../model/agent-config.ts';
import { nextVips } from './vip-transitions.ts';

const vip: AgentVip = { name: 'vip1', addresses: ['10.0.0.100', 'fd00::100'], vrid: 1, claims: [] };
const none: readonly string[] = [];

/** What is known after these looks, one second apart. */
function after(...looks: readonly (readonly string[])[]) {
  return looks.reduce<ReturnType<typeof nextVips> | undefined>(
    (before, here, at) => nextVips(before, { vips: [vip], here: new Set(here), at }),
    undefined,
  )?.[0];
}

test('what is there at first is no transition', () => {
  expect(after(vip.addresses)).toEqual({ vip: 'vip1', held: true, transitions: 0, changedAt: undefined });
  expect(after(none)).toMatchObject({ held: false, transitions: 0 });
});

test('coming and going are one each, at the time they were seen', () => {
  expect(after(none, vip.addresses)).toEqual({ vip: 'vip1', held: true, transitions: 1, changedAt: 1 });
  expect(after(none, vip.addresses, vip.addresses, none)).toEqual({
    vip: 'vip1',
    held: false,
    transitions: 2,
    changedAt: 3,
  });
});

test('one address of two is on its way, whichever way', () => {
  const [first = ''] = vip.addresses;
  expect(after(none, [first], vip.addresses)).toMatchObject({ held: true, transitions: 1, changedAt: 2 });
  expect(after(vip.addresses, [first], none)).toMatchObject({ held: false, transitions: 1, changedAt: 2 });
  expect(after(vip.addresses, [first], vip.addresses)).toMatchObject({ held: true, transitions: 0 });
});

test('transitions are as many as the state changed, and never fall', () => {
  const look = fc.subarray([...vip.addresses, '10.0.0.11']);
  fc.assert(
    fc.property(fc.array(look, { minLength: 1, maxLength: 20 }), (looks) => {
      const last = after(...looks);
      const first = after(looks[0] ?? none);
      expect((last?.transitions ?? 0) % 2 === 0).toBe(last?.held === first?.held);
      expect(last?.transitions).toBeGreaterThanOrEqual(after(...looks.slice(0, -1))?.transitions ?? 0);
    }),
  );
});
