/** A setting of pdns.conf with, if it needs one, the reason for it. An empty value is a value. */
export interface PowerdnsSetting {
  readonly name: string;
  readonly value: string | number | readonly string[];
  readonly note?: string;
}

/** Prints pdns.conf. A list is printed with commas. Throws a plain Error on a value that would leave its line. */
export function printPowerdns(remarks: readonly string[], settings: readonly PowerdnsSetting[]): string {
  return [
    ...remarks.map((text) => `# ${checkLine(text)}`.trimEnd()),
    ...settings.flatMap((setting) => [
      ...(setting.note === undefined ? [] : ['', `# ${checkLine(setting.note)}`]),
      `${checkName(setting.name)}=${checkValue(printValue(setting.value))}`,
    ]),
    '',
  ].join('\n');
}

function printValue(value: PowerdnsSetting['value']): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : value.join(', ');
}

function checkName(name: string): string {
  if (/^[0-9a-z][a-z0-9-]*$/.test(name)) return name;
  throw new Error(`no setting of PowerDNS: ${JSON.stringify(name)}`);
}

/** pdns.conf has no quoting: `#` starts a comment, `\` at the end continues the line, outer blanks are trimmed (arguments.cc). */
function checkValue(value: string): string {
  if (/[\r\n\0#\\]/.test(value) || value.trim() !== value) {
    throw new Error(`PowerDNS can't read this value: ${JSON.stringify(value)}`);
  }
  return value;
}

function checkLine(text: string): string {
  if (/[\r\n\0]/.test(text) || text.endsWith('\\')) throw new Error(`a remark of one line: ${JSON.stringify(text)}`);
  return text;
}
