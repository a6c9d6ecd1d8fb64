/**
 * Checks the paths given to a Host before anything is sent. They come from our own renderers, so a bad one is a bug and a
 * plain error: each must be absolute, without `.`, `..` or empty parts, without NUL, and named once.
 */
export function assertFilePaths(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    const [first, ...parts] = path.split('/');
    const sound =
      first === '' && parts.length > 0 && parts.every((part) => part !== '' && part !== '.' && part !== '..');
    if (!sound || path.includes('\0')) throw new Error(`not an absolute, plain path: ${JSON.stringify(path)}`);
    if (seen.has(path)) throw new Error(`the path ${path} is named twice`);
    seen.add(path);
  }
}
