import type { SQLOutputValue } from 'node:sqlite';

/** The text of a column; empty when it holds none. */
export function columnText(value: SQLOutputValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
