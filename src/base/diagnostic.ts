/** Where something stands in a text. Lines and columns count from 1; `length` is in characters and at least 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** How much a diagnostic weighs: an `error` refuses the whole file, a `warning` is printed and passes. */
export type Severity = 'error' | 'warning';

/** One thing wrong with what a person wrote. Wrong input is data: collected, never thrown. */
export interface Diagnostic {
  /** Stable code, `EK` and three or four digits, listed in docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  readonly file: string;
  readonly position: Position;
  /** The source line at `position.line`, without its line end. Empty when the file could not be read. */
  readonly source: string;
  /** What is wrong, in one sentence without a final stop. */
  readonly message: string;
  /** What to do about it, in one sentence without a final stop. */
  readonly fix: string;
}

/** Orders diagnostics as a reader meets them: file, line, column, code. */
export function compareDiagnostics(a: Diagnostic, b: Diagnostic): number {
  return (
    a.file.localeCompare(b.file) ||
    a.position.line - b.position.line ||
    a.position.column - b.position.column ||
    a.code.localeCompare(b.code)
  );
}
