import type { CommandContext } from '@stricli/core';
import type { Writable } from 'node:stream';
import type { Emit } from '../base/event.ts';
import type { Invocation } from './invocation.ts';

/** Exit codes of every command (docs/commands.md). */
export const exitCodes = {
  done: 0,
  refused: 1,
  usage: 2,
  pending: 3,
  undone: 4,
  undoFailed: 5,
} as const;

/** The part of a process that a command line needs; a test has one of its own. */
export interface CliProcess {
  readonly stdout: Writable;
  readonly stderr: Writable;
  exitCode: number | null;
}

/** What a command gets from the outside: nothing else reads the clock, the terminal or signals. */
export interface CliContext extends CommandContext {
  readonly process: CliProcess;
  readonly cwd: string;
  /** How the program was called; suggested commands repeat it. */
  readonly invocation: Invocation;
  readonly now: () => Date;
  /** Writes a line, or several, to standard output. */
  readonly print: (text: string) => void;
  /** Writes a line, or several, to standard error. */
  readonly printError: (text: string) => void;
  /** On a terminal: shows a picture, and below it words that stay, in place of the picture before. */
  readonly redraw: (picture: string, help: string) => void;
  /** Where progress goes: the terminal, or plain lines on standard error. */
  readonly emit: Emit;
  /** Fires on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Whether standard output is a terminal that understands colour and cursor movement. */
  readonly terminal: boolean;
}
