import type { TextStyle, TextTone } from './text-style.ts';
import { visibleText } from './visible-text.ts';

/** A cell: its text, and how it is meant. */
export type Cell = string | { readonly text: string; readonly tone: TextTone };

/**
 * Rows in aligned columns, two spaces between, two before. The last column is not padded. Widths are counted before
 * colour is added, so colour never moves anything.
 */
export function textTable(rows: readonly (readonly Cell[])[], style: TextStyle): readonly string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => (column < row.length - 1 ? cellText(row[column] ?? '').length : 0))),
  );
  return rows.map(withoutEmptyEnd).map((row) =>
    `  ${row
      .map((cell, column) => {
        const text = cellText(cell);
        const padding = column < row.length - 1 ? ' '.repeat((widths[column] ?? 0) - text.length) : '';
        return `${typeof cell === 'string' ? text : style(cell.tone, text)}${padding}`;
      })
      .join('  ')}`.trimEnd(),
  );
}

function withoutEmptyEnd(row: readonly Cell[]): readonly Cell[] {
  return row.slice(0, row.findLastIndex((cell) => cellText(cell) !== '') + 1);
}

function cellText(cell: Cell): string {
  return visibleText(typeof cell === 'string' ? cell : cell.text);
}

/** Pads cells so that these columns stand at the right: numbers under each other, their heads above their last digits. */
export function alignRight(
  rows: readonly (readonly Cell[])[],
  { from }: { readonly from: number },
): readonly (readonly Cell[])[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(0, ...rows.map((row) => cellText(row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row.map((cell, column) => {
      if (column < from) return cell;
      const text = cellText(cell).padStart(widths[column] ?? 0);
      return typeof cell === 'string' ? text : { ...cell, text };
    }),
  );
}

/** Milliseconds for a reader: `0.4 ms`, `12 ms`, `1.20 s`; 0 is what a coarse clock makes of less than one. */
export function showMs(ms: number): string {
  if (ms === 0) return 'under 1 ms';
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`;
}
