import { ignoreEvents } from '../../src/base/event.ts';
import type { CliContext } from '../../src/cli/context.ts';

/** What a command gets in a test, in this directory, and what it printed. */
export function testContext(cwd: string): { readonly context: CliContext; readonly printed: readonly string[] } {
  const printed: string[] = [];
  return {
    printed,
    context: {
      process: { stdout: process.stdout, stderr: process.stderr, exitCode: null },
      cwd,
      invocation: { program: 'evenkeel', file: undefined, suffix: undefined, lab: true },
      now: () => new Date(),
      print: (text) => void printed.push(text),
      printError: () => undefined,
      redraw: () => undefined,
      emit: ignoreEvents,
      signal: new AbortController().signal,
      terminal: false,
    },
  };
}
