import { expect, test } from 'vitest';
import { exampleModel } from '../../test/kit/example-model.ts';
import type { Event } from '../base/event.ts';
import type { Model } from '../model/model.ts';
import { referenceModel } from '../model/reference-model.ts';
import { assertProved } from './edge-proof.ts';
import { InvalidInput } from './run-command.ts';

/** Proves a model as plan and apply do; what it said. */
function proved(model: Model): { readonly printed: string; readonly notes: string; readonly refused: boolean } {
  const events: Event[] = [];
  let printed = '';
  const context = {
    emit: (event: Event) => void events.push(event),
    printError: (text: string) => void (printed += text),
    terminal: false,
  };
  let refused = false;
  try {
    assertProved(context, { model });
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    refused = true;
  }
  const notes = events.flatMap((event) => (event.code === 'note' ? [event.data.text] : [])).join('\n');
  return { printed, notes, refused };
}

test('plan says in a line what is promised', () => {
  const { notes, printed, refused } = proved(exampleModel());
  expect(notes).toMatch(/^proof: every single fault is survived but pool-dead:web and gateway-lost:lan; /);
  expect([printed, refused]).toEqual(['', false]);
});

test('an edge whose balancers have the same priority is refused with the reason and a fix', () => {
  const model = exampleModel();
  const equal = (vip: Model['vips'][number]): Model['vips'][number] => {
    const [first, ...others] = vip.claims;
    return {
      ...vip,
      claims: [{ ...first, priority: 100 }, ...others.map((claim) => ({ ...claim, priority: 100 }))],
    };
  };
  const { printed, refused } = proved({ ...model, vips: model.vips.map(equal) });
  expect(refused).toBe(true);
  expect(printed).toContain('refused  equal-priorities');
  expect(printed).toContain('fix: ');
});

test('the reference profile is applied as it is: its weakness is what it shows', () => {
  expect(proved(referenceModel(exampleModel()))).toMatchObject({ printed: '', refused: false });
});
