import type { Diagnostic } from '../base/diagnostic.ts';
import { diagnoseAt } from './edge-document.ts';

/** Longest edge file, in bytes: 4 MiB. 10,000 sites with two names each take about 1 MB. */
export const sizeLimit = 4 * 1024 * 1024;

/** The diagnostic for a file of so many bytes, for callers who know the size before they read. */
export function tooLarge(file: string, bytes: number): Diagnostic {
  return diagnoseAt(
    { file, line: () => '' },
    { line: 1, column: 1, length: 1 },
    {
      code: 'EK101',
      message: `the file has ${(bytes / 1024 / 1024).toFixed(1)} MiB; an edge file has at most 4 MiB`,
      fix: 'check that this is the right file; several edges go into several files',
    },
  );
}
