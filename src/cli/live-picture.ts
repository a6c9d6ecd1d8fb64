import { stripVTControlCharacters } from 'node:util';

/** A picture that is drawn again and again, and where it has to fit. */
export interface LivePicture {
  /** Paragraphs, the most important first, with an empty line between them. */
  readonly picture: string;
  /** What stands below it, always whole; may be empty. */
  readonly help: string;
  readonly rows: number;
  readonly columns: number;
}

/**
 * Cuts a picture to a terminal, so that its first line never scrolls away: when there are too few rows the last paragraphs
 * are left out and counted, and lines that are too long end with `…`. Nothing is left out of a terminal that is large enough.
 */
export function fitPicture({ picture, help, rows, columns }: LivePicture): readonly string[] {
  const below = help === '' ? [] : ['', ...help.trimEnd().split('\n')];
  // The cursor stands on the row below the last line.
  const height = below.reduce((sum, line) => sum + Math.max(1, Math.ceil(line.length / columns)), 0);
  const room = Math.max(1, rows - 1 - height);
  const lines = picture.trimEnd().split('\n');
  const shown = lines.length <= room ? lines : cutAtParagraph(lines, room);
  // The help is commands: one that is cut could not be copied, so it wraps.
  return [...shown.map((line) => cutLine(line, columns)), ...below];
}

function cutAtParagraph(lines: readonly string[], room: number): readonly string[] {
  const kept = lines.slice(0, Math.max(1, room - 1));
  const gap = kept.findLastIndex((line) => line === '');
  // Better a part of a paragraph than hardly anything.
  const whole = gap > room / 2 ? kept.slice(0, gap) : kept;
  return [...whole, `(${lines.length - whole.length} more lines in a higher terminal)`].slice(0, room);
}

/** Cuts a line to so many columns and keeps its colours, which take none. */
function cutLine(line: string, columns: number): string {
  if (stripVTControlCharacters(line).length <= columns) return line;
  let left = columns - 1;
  // oxlint-disable-next-line no-control-regex
  const parts = line.split(/(\u001B\[[0-9;]*m)/).map((part, index) => {
    if (index % 2 === 1) return part;
    const cut = part.slice(0, left);
    left -= cut.length;
    return cut;
  });
  return `${parts.join('')}…`;
}

/** What draws these lines over a terminal's old ones without a moment of empty screen between. */
export function redrawing(lines: readonly string[]): string {
  return `\u001B[H${lines.map((line) => `${line}\u001B[K\n`).join('')}\u001B[J`;
}
