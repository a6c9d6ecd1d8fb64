import { expect, it } from 'vitest';
import { leftoverDropper } from './drop-leftovers.ts';

/** A host that is asked each period; `drop` may fail. */
function host({ drops }: { readonly drops: 'well' | 'not' }) {
  const here = new Set(['192.0.2.1', '192.0.2.2', '2001:db8::1']);
  const dropped: string[] = [];
  const hands = {
    drop: async (address: string) => {
      dropped.push(address);
      if (drops === 'well') here.delete(address);
    },
  };
  const look = leftoverDropper({ hands, log: () => undefined });
  return {
    here,
    dropped,
    look: (now: number, ...yielded: readonly string[]) => look({ now, yielded: new Set(yielded), here }),
  };
}

it('takes away what is still here a period after it was left, IPv6 too, and nothing else', () => {
  const { look, dropped, here } = host({ drops: 'well' });
  look(0, '192.0.2.1', '2001:db8::1');
  expect(dropped).toEqual([]);
  look(200, '192.0.2.1', '2001:db8::1');
  expect(dropped).toEqual(['192.0.2.1', '2001:db8::1']);
  look(400, '192.0.2.1', '2001:db8::1');
  expect([...here]).toEqual(['192.0.2.2']);
  expect(dropped).toHaveLength(2);
});

it('leaves keepalived its time each time that a VIP is left', () => {
  const { look, dropped } = host({ drops: 'well' });
  look(0, '192.0.2.1');
  look(200);
  look(400, '192.0.2.1');
  expect(dropped).toEqual([]);
  look(600, '192.0.2.1');
  expect(dropped).toEqual(['192.0.2.1']);
});

it('tries again each period while it fails', () => {
  const { look, dropped } = host({ drops: 'not' });
  for (let now = 0; now <= 600; now += 200) look(now, '192.0.2.1');
  expect(dropped).toHaveLength(3);
});
