/** One word of a shell command: text (quoted by the printer) or a variable, which is always printed in double quotes. */
export type ShellWord = string | { readonly kind: 'variable'; readonly name: string };

/** A command with its arguments. `input` is fed to it as a here-document; `output` redirects what it prints. */
export interface ShellCommand {
  readonly kind: 'command';
  readonly words: readonly [ShellWord, ...ShellWord[]];
  readonly input?: string;
  readonly output?: ShellWord;
  /** Prints `|| true`: with `set -e`, its failure does not end the script. */
  readonly failure?: 'tolerated';
}

/** A statement of a POSIX shell script. */
export type ShellStatement =
  | ShellCommand
  | { readonly kind: 'comment'; readonly text: string }
  | { readonly kind: 'blank' }
  /** Lines of our own that need more of the shell than this tree knows. Never made from data. */
  | { readonly kind: 'verbatim'; readonly lines: string }
  | { readonly kind: 'assign'; readonly name: string; readonly value: ShellWord }
  | {
      readonly kind: 'if';
      readonly test: ShellCommand;
      /** `fails`: the body runs when the test does not succeed. */
      readonly when: 'succeeds' | 'fails';
      readonly then: readonly [ShellStatement, ...ShellStatement[]];
      readonly otherwise: readonly ShellStatement[];
    }
  | {
      readonly kind: 'for';
      readonly variable: string;
      readonly words: readonly [ShellWord, ...ShellWord[]];
      readonly body: readonly [ShellStatement, ...ShellStatement[]];
    }
  | {
      readonly kind: 'function';
      readonly name: string;
      readonly body: readonly [ShellStatement, ...ShellStatement[]];
    };

/** A command. */
export function run(...words: [ShellWord, ...ShellWord[]]): ShellCommand {
  return { kind: 'command', words };
}

/** `"$NAME"` */
export function variable(name: string): ShellWord {
  return { kind: 'variable', name };
}

/** Prints a script for /bin/sh that ends at the first failure and at an unset variable. */
export function printShell(statements: readonly ShellStatement[]): string {
  return `${['#!/bin/sh', 'set -eu', ...statements.flatMap((statement) => printStatement(statement, ''))].join('\n')}\n`;
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

function printStatement(statement: ShellStatement, indent: string): readonly string[] {
  const inner = `${indent}  `;
  const printBody = (body: readonly ShellStatement[]): readonly string[] =>
    body.flatMap((child) => printStatement(child, inner));
  switch (statement.kind) {
    case 'blank':
      return [''];
    case 'verbatim':
      return statement.lines.trim().split('\n');
    case 'comment':
      return statement.text.split('\n').map((line) => `${indent}# ${checkLine(line)}`.trimEnd());
    case 'assign':
      return [`${indent}${checkName(statement.name)}=${printWord(statement.value)}`];
    case 'command':
      return printCommand(statement, indent);
    case 'if':
      return [
        `${indent}if ${statement.when === 'fails' ? '! ' : ''}${printTest(statement.test)}; then`,
        ...printBody(statement.then),
        ...(statement.otherwise.length === 0 ? [] : [`${indent}else`, ...printBody(statement.otherwise)]),
        `${indent}fi`,
      ];
    case 'for':
      return [
        `${indent}for ${checkName(statement.variable)} in ${statement.words.map(printWord).join(' ')}; do`,
        ...printBody(statement.body),
        `${indent}done`,
      ];
    case 'function':
      return [`${indent}${checkName(statement.name)}() {`, ...printBody(statement.body), `${indent}}`];
  }
}

function printCommand(command: ShellCommand, indent: string): readonly string[] {
  const head = indent + printSimple(command);
  const tail = command.failure === 'tolerated' ? ' || true' : '';
  if (command.input === undefined) return [head + tail];
  if (command.input.includes('\0')) throw new Error('a here-document can hold no NUL');
  const lines = command.input.split('\n');
  const isWhole = lines.at(-1) === '';
  // A here-document always ends with a line end: text without one is fed by printf instead.
  if (!isWhole) return [`${indent}printf %s ${quoteShell(command.input)} | ${printSimple(command)}${tail}`];
  const mark = endMark(lines);
  return [`${head} <<'${mark}'${tail}`, ...lines.slice(0, -1), mark];
}

/** A condition stands on one line, so it has no here-document. */
function printTest(command: ShellCommand): string {
  if (command.input !== undefined) throw new Error('a condition has no here-document');
  return printSimple(command);
}

function printSimple(command: ShellCommand): string {
  const words = command.words.map(printWord).join(' ');
  return command.output === undefined ? words : `${words} >${printWord(command.output)}`;
}

function printWord(value: ShellWord): string {
  return typeof value === 'string' ? quoteShell(value) : `"$${checkName(value.name)}"`;
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
