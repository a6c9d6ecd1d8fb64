import { dirname, join } from 'node:path';

/**
 * Where a program that runs on its own lies: in a clone beside this file, as TypeScript; in the npm package, where Node.js
 * strips no types, in `dist`, bundled by tools/build.ts.
 */
export function programFile({ source, bundled }: { readonly source: string; readonly bundled: string }): string {
  return join(dirname(import.meta.filename), isBundled() ? bundled : source);
}

/** Whether this program runs from the npm package. */
export function isBundled(): boolean {
  return !import.meta.filename.endsWith('.ts');
}
