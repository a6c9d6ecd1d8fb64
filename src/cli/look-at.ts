import { existsSync } from 'node:fs';

/**
 * Looks at a file of an edge, opened and closed again; undefined stands for one that has not begun. Reading makes no file. Throws what
 * `open` throws.
 */
export function lookAt<File extends { close(): void }, T>(
  path: string,
  open: (path: string) => File,
  look: (file: File | undefined) => T,
): T {
  if (!existsSync(path)) return look(undefined);
  const file = open(path);
  try {
    return look(file);
  } finally {
    file.close();
  }
}

/** The same as `lookAt`, for a look that takes its time. */
export async function lookInto<File extends { close(): void }, T>(
  path: string,
  open: (path: string) => File,
  look: (file: File | undefined) => Promise<T>,
): Promise<T> {
  if (!existsSync(path)) return look(undefined);
  const file = open(path);
  try {
    return await look(file);
  } finally {
    file.close();
  }
}
