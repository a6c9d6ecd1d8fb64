import type { Position } from '../base/diagnostic.ts';

/** Text that knows its lines. Offsets and columns count UTF-16 units, as editors do. */
export class SourceText {
  readonly file: string;
  readonly text: string;
  readonly #starts: readonly number[];

  constructor(file: string, text: string) {
    this.file = file;
    this.text = text;
    this.#starts = lineStarts(text);
  }

  /** The position of the characters from `start` up to `end`, cut at the end of the line. */
  position(start: number, end: number): Position {
    const line = this.#lineAt(start);
    const column = start - (this.#starts[line - 1] ?? 0) + 1;
    return { line, column, length: Math.max(1, Math.min(end, this.#lineEnd(line)) - start) };
  }

  /** A line by its number from 1, without its line end; empty when there is none. */
  line(number: number): string {
    const start = this.#starts[number - 1];
    return start === undefined ? '' : this.text.slice(start, this.#lineEnd(number));
  }

  #lineEnd(number: number): number {
    const next = this.#starts[number];
    if (next === undefined) return this.text.length;
    return this.text[next - 2] === '\r' ? next - 2 : next - 1;
  }

  /** Which line holds the offset: the last that starts at or before it. */
  #lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
