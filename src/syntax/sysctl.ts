/**
 * A kernel setting. `presence: 'may-be-missing'` prints `-` before the key: in a network namespace, or with IPv6 off, the
 * key is not there, and that must not fail the rest (sysctl.d(5)).
 */
export interface SysctlEntry {
  readonly key: string;
  readonly value: string | number;
  readonly presence: 'always' | 'may-be-missing';
  readonly note: string;
}

/** Prints a file for /etc/sysctl.d, each setting below the reason for it. */
export function printSysctl(remarks: readonly string[], entries: readonly SysctlEntry[]): string {
  return [
    ...remarks.map((text) => `# ${checkLine(text)}`.trimEnd()),
    ...entries.flatMap((entry) => [
      '',
      `# ${checkLine(entry.note)}`,
      `${entry.presence === 'always' ? '' : '-'}${checkKey(entry.key)} = ${checkValue(String(entry.value))}`,
    ]),
    '',
  ].join('\n');
}

function checkKey(key: string): string {
  if (/^[a-z0-9_]+(\.[a-z0-9_]+)+$/.test(key)) return key;
  throw new Error(`no sysctl key: ${JSON.stringify(key)}`);
}

function checkValue(value: string): string {
  if (/^[A-Za-z0-9 ,-]+$/.test(value)) return value;
  throw new Error(`no sysctl value: ${JSON.stringify(value)}`);
}

function checkLine(text: string): string {
  if (/[\r\n\0]/.test(text)) throw new Error(`a remark of one line: ${JSON.stringify(text)}`);
  return text;
}
