import { quoteForShell } from '../base/shell-quote.ts';

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

function printStatement(statement: ShellStatement): readonly string[] {
  switch (statement.kind) {
    case 'blank':
      return [''];
    case 'verbatim':
      return statement.lines.trim().split('\n');
    case 'comment':
      return statement.text.split('\n').map((line) => `# ${checkLine(line)}`.trimEnd());
    case 'assign':
      return [`${checkName(statement.name)}=${quoteForShell(statement.value)}`];
    case 'command':
      return printCommand(statement);
  }
}

function printCommand({ words, input, failure }: ShellCommand): readonly string[] {
  const command = words.map(quoteForShell).join(' ');
  const tail = failure === 'tolerated' ? ' || true' : '';
  if (input === undefined) return [command + tail];
  if (input.includes('\0')) throw new Error('a here-document can hold no NUL');
  // A here-document always ends with a line end.
  if (!input.endsWith('\n')) return [`printf %s ${quoteForShell(input)} | ${command}${tail}`];
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
