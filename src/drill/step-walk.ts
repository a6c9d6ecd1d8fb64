import type { Moment } from './causer.ts';

/** Does steps one after the other and stops at the first that fails. It took effect between the first and the last. */
export async function causeInOrder<Step>(
  steps: readonly Step[],
  act: (step: Step) => Promise<Moment>,
): Promise<Moment> {
  const moments: Moment[] = [];
  for (const step of steps) moments.push(await act(step));
  return whole(moments);
}

/**
 * Does all steps, also those after one that fails: what can be healed is healed. Throws what the first of them threw, after
 * the last.
 */
export async function healInOrder<Step>(steps: readonly Step[], act: (step: Step) => Promise<Moment>): Promise<Moment> {
  const moments: Moment[] = [];
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      moments.push(await act(step));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
  return whole(moments);
}

function whole(moments: readonly Moment[]): Moment {
  const [first] = moments;
  const last = moments.at(-1);
  if (first === undefined || last === undefined) throw new Error('a fault without steps');
  return { from: first.from, to: last.to };
}
