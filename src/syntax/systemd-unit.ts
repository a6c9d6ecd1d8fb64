/** One `Key=value` of a unit file, or a remark. An empty value resets a list (systemd.syntax(7)). */
export type UnitEntry =
  | { readonly kind: 'setting'; readonly key: string; readonly value: string }
  | { readonly kind: 'remark'; readonly text: string };

/** A section of a unit file. */
export interface UnitSection {
  readonly name: 'Unit' | 'Service' | 'Install';
  readonly entries: readonly UnitEntry[];
}

/** A command of a unit. `tolerant` puts `-` before it: its failure is not the unit's. */
export interface UnitCommand {
  readonly argv: readonly [string, ...string[]];
  readonly failure: 'tolerant' | 'fatal';
  /** `none` puts `+` before it: it runs without the unit's sandbox, which systemd builds anew for each command. Default: the unit's. */
  readonly sandbox?: 'unit' | 'none';
}

/** A setting. */
export function setting(key: string, value: string): UnitEntry {
  return { kind: 'setting', key, value };
}

/** A setting whose value is a command, quoted so that systemd runs exactly this argv. */
export function execSetting(key: string, command: UnitCommand): UnitEntry {
  const prefix = (command.failure === 'tolerant' ? '-' : '') + (command.sandbox === 'none' ? '+' : '');
  return setting(key, prefix + command.argv.map(quoteUnitWord).join(' '));
}

/** A remark above what follows. */
export function remark(text: string): UnitEntry {
  return { kind: 'remark', text };
}

/** Prints a unit file or drop-in. Throws a plain Error on a value that would leave its line. */
export function printUnit(remarks: readonly string[], sections: readonly UnitSection[]): string {
  const head = remarks.map((text) => `${printEntry(remark(text))}\n`).join('');
  return sections.reduce(
    (text, section) =>
      `${text}${text === '' ? '' : '\n'}[${section.name}]\n${section.entries.map((entry) => `${printEntry(entry)}\n`).join('')}`,
    head,
  );
}

/**
 * One word of an Exec line (systemd.service(5), "Command lines"): `%` and `$` are doubled; a word that is not plain is
 * put in double quotes with C escapes.
 */
export function quoteUnitWord(word: string): string {
  if (/[\0]/.test(word)) throw new Error('a NUL can be no part of a command');
  const expanded = word.replaceAll('%', '%%').replaceAll('$', '$$$$');
  if (/^[A-Za-z0-9_./:=@,+%$][A-Za-z0-9_./:=@,+%$-]*$|^-[A-Za-z0-9_./:=@,+%$-]*$/.test(expanded)) return expanded;
  // oxlint-disable-next-line no-control-regex -- they are what is escaped
  const escaped = expanded.replace(/[\\"\u0001-\u001f\u007f]/g, (character) =>
    character === '\\' || character === '"'
      ? `\\${character}`
      : `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
  );
  return `"${escaped}"`;
}

function printEntry(entry: UnitEntry): string {
  const text = entry.kind === 'remark' ? `# ${entry.text}`.trimEnd() : `${entry.key}=${entry.value}`;
  // A line end would start another setting; a backslash at the end would swallow the next one.
  if (/[\r\n\0]/.test(text) || text.endsWith('\\')) throw new Error(`a setting of one line: ${JSON.stringify(text)}`);
  if (entry.kind === 'setting' && !/^[A-Za-z0-9]+$/.test(entry.key)) throw new Error(`no setting: ${entry.key}`);
  return text;
}
