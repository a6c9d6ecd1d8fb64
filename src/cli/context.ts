import type { CommandContext, StricliProcess } from '@stricli/core';
import type { Emit } from '../base/event.ts';

/** Exit codes of every command (docs/commands.md). */
export const exitCodes = {
  done: 0,
  refused: 1,
  usage: 2,
  pending: 3,
  undone: 4,
  undoFailed: 5,
} as const;

/** What a command gets from the outside: nothing else reads the clock, the terminal or signals. */
export interface CliContext extends CommandContext {
  readonly process: StricliProcess;
  readonly cwd: string;
  readonly now: () => Date;
  /** Writes a line, or several, to standard output. */
  readonly print: (text: string) => void;
  /** Writes a line, or several, to standard error. */
  readonly printError: (text: string) => void;
  /** Where progress goes: the terminal, or plain lines on standard error. */
  readonly emit: Emit;
  /** Fires on Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  /** Whether standard output is a terminal that understands colour and cursor movement. */
  readonly terminal: boolean;
}
