/** What an error says, for a line of a log or a person. */
export function errorWords(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the system refused because there is no such file. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
