/** A command with its arguments. `input` is fed to it: whole lines as a here-document, other text through `printf`. */
export interface ShellCommand {
  readonly kind: 'command';
  readonly words: readonly [string, ...string[]];
  readonly input?: string;
  /** Prints `|| true`: with `set -e`, its failure does not end the script. */
  readonly failure?: 'tolerated';
}

/** A statement of a POSIX shell script. Whatever comes from data goes into commands and assignments, which are quoted. */
export type ShellStatement =
  | ShellCommand
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'blank' }
  /** Lines of our own that need more of the shell than this tree knows. Never made from data. */
  | { readonly kind: 'verbatim'; readonly lines: string }
  | { readonly kind: 'assign'; readonly name: string; readonly value: string };

/** A command. */
export function run(...words: [string, ...string[]]): ShellCommand {
  return { kind: 'command', words };
}

/** Prints a script for /bin/sh that ends at the first failure and at an unset variable. */
export function printShell(statements: readonly ShellStatement[]): string {
  return `${['#!/bin/sh', 'set -eu', ...statements.flatMap(printStatement)].join('\n')}\n`;
}

/** One word, quoted for a POSIX shell (XCU 2.2): plain words as they are, others in single quotes. */
export function quoteShell(value: string): string {
  if (value.includes('\0')) throw new Error('a NUL can be no part of a shell word');
  // `=` could make an assignment, `~` a home, and a reserved word a statement; quoted, they are only words.
  if (!reservedWords.has(value) && /^[A-Za-z0-9_./:@%+,-][A-Za-z0-9_./:@%+,~-]*$/.test(value)) return value;
  return `'${value.replaceAll("'", `'\\''`)}'`;
}

const reservedWords: ReadonlySet<string> = new Set(
  'if then else elif fi do done case esac while until for in'.split(' '),
);

function printStatement(statement: ShellStatement): readonly string[] {
  switch (statement.kind) {
    case 'blank':
      return [''];
    case 'verbatim':
      return statement.lines.trim().split('\n');
    case 'comment':
      return statement.text.split('\n').map((line) => `# ${checkLine(line)}`.trimEnd());
    case 'assign':
      return [`${checkName(statement.name)}=${quoteShell(statement.value)}`];
    case 'command':
      return printCommand(statement);
  }
}

function printCommand({ words, input, failure }: ShellCommand): readonly string[] {
  const command = words.map(quoteShell).join(' ');
  const tail = failure === 'tolerated' ? ' || true' : '';
  if (input === undefined) return [command + tail];
  if (input.includes('\0')) throw new Error('a here-document can hold no NUL');
  // A here-document always ends with a line end.
  if (!input.endsWith('\n')) return [`printf %s ${quoteShell(input)} | ${command}${tail}`];
  const lines = input.slice(0, -1).split('\n');
  const mark = endMark(lines);
  return [`${command} <<'${mark}'${tail}`, ...lines, mark];
}

/** A mark that is no line of the text. */
function endMark(lines: readonly string[]): string {
  let mark = 'END';
  while (lines.includes(mark)) mark += '_';
  return mark;
}

function checkName(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return name;
  throw new Error(`no shell name: ${JSON.stringify(name)}`);
}

function checkLine(line: string): string {
  if (/[\r\0]/.test(line)) throw new Error(`a comment of one line: ${JSON.stringify(line)}`);
  return line;
}
