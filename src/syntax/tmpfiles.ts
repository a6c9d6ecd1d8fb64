/** A line of /etc/tmpfiles.d: a directory, or a file made with this content if it is missing (tmpfiles.d(5)). */
export interface TmpfilesEntry {
  readonly kind: 'directory' | 'file-if-missing';
  /** Absolute. */
  readonly path: string;
  readonly mode: number;
  readonly user: string;
  readonly group: string;
  /** What a new file holds. Empty for directories. */
  readonly content: string;
  readonly note: string;
}

/** Prints a file for /etc/tmpfiles.d. Nothing in it is ever cleaned up by age. */
export function printTmpfiles(remarks: readonly string[], entries: readonly TmpfilesEntry[]): string {
  const lines = entries.flatMap((entry) => [
    `# ${checkRemark(entry.note)}`,
    [
      entry.kind === 'directory' ? 'd' : 'f',
      quotePath(entry.path),
      entry.mode.toString(8).padStart(4, '0'),
      checkName(entry.user),
      checkName(entry.group),
      '-',
      ...(entry.content === '' ? [] : [checkContent(entry.content)]),
    ].join(' '),
  ]);
  return [...remarks.map((text) => `# ${checkRemark(text)}`), ...lines, ''].join('\n');
}

function quotePath(path: string): string {
  if (!/^\/[A-Za-z0-9_./ %-]*$/.test(path)) throw new Error(`no path for tmpfiles: ${JSON.stringify(path)}`);
  const expanded = path.replaceAll('%', '%%');
  return expanded.includes(' ') ? `"${expanded}"` : expanded;
}

function checkName(name: string): string {
  if (/^[a-z_][a-z0-9_-]*$/.test(name)) return name;
  throw new Error(`no user or group: ${JSON.stringify(name)}`);
}

function checkContent(content: string): string {
  if (/^[A-Za-z0-9_.-]+$/.test(content)) return content;
  throw new Error(`no plain content: ${JSON.stringify(content)}`);
}

function checkRemark(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error(`a remark of one line: ${JSON.stringify(text)}`);
  return text;
}
