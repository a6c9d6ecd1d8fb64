import { counted } from '../base/counted.ts';
import type { Diagnostic } from '../base/diagnostic.ts';
import { plainStyle } from './text-style.ts';
import type { TextStyle } from './text-style.ts';
import { visibleText } from './visible-text.ts';

/** Columns of source that are shown; longer lines are cut around the mark. */
const sourceWidth = 100;
const tabWidth = 2;
/** Enough to mend at once; a wrong name that ten thousand sites use is one mistake. */
const mostShown = 100;

/**
 * Diagnostics as a person reads them: place, code and message, the source line with a mark under the spot, the fix;
 * then how many there are. Without final line end. Empty when there are none.
 */
export function printDiagnostics(diagnostics: readonly Diagnostic[], style: TextStyle = plainStyle): string {
  if (diagnostics.length === 0) return '';
  const shown = diagnostics.slice(0, mostShown).map((diagnostic) => printDiagnostic(diagnostic, style));
  const left = diagnostics.length - shown.length;
  if (left > 0) shown.push(`... and ${left} more`);
  return [...shown, summary(diagnostics, style)].join('\n\n');
}

function printDiagnostic(diagnostic: Diagnostic, style: TextStyle): string {
  const { file, position, severity, code, message, source, fix } = diagnostic;
  const tone = severity === 'error' ? 'bad' : 'warn';
  const place = style('strong', `${file}:${position.line}:${position.column}:`);
  const lines = [`${place} ${style(tone, `${severity} ${code}:`)} ${visibleText(message)}`];
  if (source.trim() !== '') {
    const number = String(position.line);
    const { text, mark } = excerpt(diagnostic);
    lines.push(`  ${style('quiet', `${number} |`)} ${text}`);
    lines.push(`  ${' '.repeat(number.length)} ${style('quiet', '|')} ${style(tone, mark)}`);
  }
  lines.push(`  ${style('good', 'fix:')} ${visibleText(fix)}`);
  return lines.join('\n');
}

/** The source line with tabs opened, cut to width around the spot, and the mark that goes under it. */
function excerpt({ source, position }: Diagnostic): { readonly text: string; readonly mark: string } {
  const start = Math.min(position.column - 1, source.length);
  const before = open(source.slice(0, start));
  const spot = open(source.slice(start, start + position.length));
  const after = open(source.slice(start + position.length));
  const width = columns(before) + columns(spot) + columns(after);
  if (width <= sourceWidth) return { text: `${before}${spot}${after}`, mark: underline(before, spot) };
  // The spot stays whole as far as it fits; what is before it gets a third of the line.
  const room = Math.max(10, Math.floor(sourceWidth / 3));
  const head = columns(before) <= room ? before : `...${lastColumns(before, room - 3)}`;
  const seen = firstColumns(spot, sourceWidth - columns(head));
  const left = sourceWidth - columns(head) - columns(seen);
  const tail = columns(after) <= left ? after : `${firstColumns(after, Math.max(0, left - 3))}...`;
  return { text: `${head}${seen}${seen === spot ? tail : '...'}`, mark: underline(head, seen) };
}

function underline(before: string, spot: string): string {
  return `${' '.repeat(columns(before))}${'^'.repeat(Math.max(1, columns(spot)))}`;
}

function summary(diagnostics: readonly Diagnostic[], style: TextStyle): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  const warnings = diagnostics.length - errors;
  const parts: string[] = [];
  if (errors > 0) parts.push(style('bad', counted(errors, 'error')));
  if (warnings > 0) parts.push(style('warn', counted(warnings, 'warning')));
  return parts.join(', ');
}

/** Tabs opened, and characters that would move the cursor or recolour the terminal made visible. */
function open(text: string): string {
  return visibleText(text.replaceAll('\t', ' '.repeat(tabWidth)));
}

function columns(text: string): number {
  let sum = 0;
  for (const character of text) sum += characterColumns(character);
  return sum;
}

/** Two columns for East Asian wide characters and emoji, none for combining marks (Unicode UAX 11, in short). */
function characterColumns(character: string): number {
  if (/\p{M}/u.test(character)) return 0;
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
    character,
  )
    ? 2
    : 1;
}

function firstColumns(text: string, width: number): string {
  let used = 0;
  let kept = '';
  for (const character of text) {
    used += characterColumns(character);
    if (used > width) break;
    kept += character;
  }
  return kept;
}

function lastColumns(text: string, width: number): string {
  let used = 0;
  let kept = '';
  for (const character of Array.from(text).toReversed()) {
    used += characterColumns(character);
    if (used > width) break;
    kept = character + kept;
  }
  return kept;
}
