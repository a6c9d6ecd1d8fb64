import type { OutgoingAlert } from '../../src/report/alert-memory.ts';

/** A message on its way. */
export function outgoingAlert(id = 'a1', differs: Partial<OutgoingAlert> = {}): OutgoingAlert {
  return {
    id,
    at: Date.parse('2026-11-29T12:00:00Z'),
    title: `devops: ERROR: ${id}`,
    text: `devops: ERROR: ${id}\n\n.a line that begins with a dot\nund größer`,
    document: JSON.stringify({ version: 1, id }),
    attempts: 0,
    ...differs,
  };
}
